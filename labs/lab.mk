# Builds the programs of one lab. A lab's Makefile names them and includes
# this file:
#
#	PROGRAMS = producer consumer
#	SHARED = queue.c queue.h	(only if the programs share files)
#	include ../lab.mk
CFLAGS = -std=gnu11 -g -O1 -Wall -Wextra -Wshadow -Wvla -Wmissing-prototypes
LDLIBS = -pthread -lrt

.PHONY: all sources programs clean
all: $(PROGRAMS)

$(PROGRAMS): %: %.o $(patsubst %.c,%.o,$(filter %.c,$(SHARED)))
	$(CC) $(CFLAGS) $(CPPFLAGS) -o $@ $^ $(LDFLAGS) $(LDLIBS)

%.o: %.c $(filter %.h,$(SHARED))
	$(CC) $(CFLAGS) $(CPPFLAGS) -c -o $@ $<

# The files that the lab is made of (all that the grader takes from it), and
# the programs that they make.
sources:
	@echo $(PROGRAMS:=.c) $(SHARED)
programs:
	@echo $(PROGRAMS)

clean:
	rm -f $(PROGRAMS) *.o
