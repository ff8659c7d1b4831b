# Builds the programs of one lab. A lab's Makefile names them and includes
# this file:
#
#	PROGRAMS = producer consumer
#	SHARED = queue.c queue.h	(only if the programs share files)
#	GIVEN = consumer.c queue.h	(files of these without a gap)
#	LIBRARY = lib	(only if a folder of files that nobody need read is
#			linked with them all)
#	include ../lab.mk
#
# Programs of the grader's own that are linked with the lab's SHARED files
# stand in grader/labs/NAME/linked/.
CFLAGS = -std=gnu11 -g -O1 -Wall -Wextra -Wshadow -Wmissing-prototypes
LDLIBS = -pthread -lrt

lab ?= $(notdir $(CURDIR))
# Where the files without a gap are: here, unless solutions/lab.mk says otherwise.
# (Variables of the environment do not count.)
ifneq ($(origin FILES),file)
FILES := .
endif
ifneq ($(origin LIBRARY),file)
LIBRARY :=
endif
INCLUDES += -I. $(if $(LIBRARY),-I$(FILES)/$(LIBRARY))
HEADERS := $(filter %.h,$(SHARED)) \
	$(if $(LIBRARY),$(wildcard $(FILES)/$(LIBRARY)/*.h))
OBJECTS := $(patsubst %.c,%.o,$(filter %.c,$(SHARED))) $(if $(LIBRARY), \
	$(patsubst $(FILES)/%.c,%.o,$(wildcard $(FILES)/$(LIBRARY)/*.c)))
LINKED := ../../grader/labs/$(lab)/linked
TESTS := $(patsubst %.c,%,$(notdir $(wildcard $(LINKED)/*.c)))
vpath %.c $(LINKED)

.PHONY: all sources given programs tests clean
all: $(PROGRAMS) $(TESTS)

$(PROGRAMS) $(TESTS): %: %.o $(OBJECTS)
	$(CC) $(CFLAGS) $(CPPFLAGS) -o $@ $^ $(LDFLAGS) $(LDLIBS)

%.o: %.c $(HEADERS) | $(LIBRARY)
	$(CC) $(CFLAGS) $(CPPFLAGS) $(INCLUDES) -c -o $@ $<

ifdef LIBRARY
$(LIBRARY):
	mkdir $@
endif

# The files that the lab is made of (all that the grader takes from it), those
# of them without a gap, the programs that they make, and the grader's own.
sources:
	@echo $(PROGRAMS:=.c) $(SHARED)
given:
	@echo $(GIVEN)
programs:
	@echo $(PROGRAMS)
tests:
	@echo $(TESTS)

clean:
	rm -f $(PROGRAMS) $(TESTS) *.o
	$(if $(LIBRARY),rm -rf $(if $(filter .,$(FILES)),$(addprefix \
		$(LIBRARY)/,*.o *.a *.so),$(LIBRARY)))
