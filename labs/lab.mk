# Builds the programs of one lab. A lab's Makefile names them and includes
# this file:
#
#	PROGRAMS = producer consumer
#	SHARED = queue.c queue.h	(only if the programs share files)
#	GIVEN = consumer.c queue.h	(files of these without a gap)
#	include ../lab.mk
#
# Programs of the grader's own that are linked with the lab's SHARED files
# stand in grader/labs/NAME/linked/.
CFLAGS = -std=gnu11 -g -O1 -Wall -Wextra -Wshadow -Wvla -Wmissing-prototypes
LDLIBS = -pthread -lrt
INCLUDES += -I.

lab ?= $(notdir $(CURDIR))
LINKED := ../../grader/labs/$(lab)/linked
TESTS := $(patsubst %.c,%,$(notdir $(wildcard $(LINKED)/*.c)))
vpath %.c $(LINKED)

.PHONY: all sources given programs tests clean
all: $(PROGRAMS) $(TESTS)

$(PROGRAMS) $(TESTS): %: %.o $(patsubst %.c,%.o,$(filter %.c,$(SHARED)))
	$(CC) $(CFLAGS) $(CPPFLAGS) -o $@ $^ $(LDFLAGS) $(LDLIBS)

%.o: %.c $(filter %.h,$(SHARED))
	$(CC) $(CFLAGS) $(CPPFLAGS) $(INCLUDES) -c -o $@ $<

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
