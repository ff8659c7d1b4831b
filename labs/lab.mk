# Builds the programs of one lab. A lab's Makefile names them and includes
# this file:
#
#	PROGRAMS = producer consumer
#	SHARED = queue.c queue.h	(only if the programs share files)
#	include ../lab.mk
#
# TESTS are programs of the grader's own, in grader/labs/NAME/, that are linked
# with the lab's SHARED files. A lab that has some says where they are:
#
#	TESTS = probe
#	vpath %.c ../../grader/labs/NAME
CFLAGS = -std=gnu11 -g -O1 -Wall -Wextra -Wshadow -Wvla -Wmissing-prototypes
LDLIBS = -pthread -lrt

.PHONY: all sources programs tests clean
all: $(PROGRAMS) $(TESTS)

$(PROGRAMS) $(TESTS): %: %.o $(patsubst %.c,%.o,$(filter %.c,$(SHARED)))
	$(CC) $(CFLAGS) $(CPPFLAGS) -o $@ $^ $(LDFLAGS) $(LDLIBS)

%.o: %.c $(filter %.h,$(SHARED))
	$(CC) $(CFLAGS) $(CPPFLAGS) -c -o $@ $<

# The files that the lab is made of (all that the grader takes from it), the
# programs that they make, and those that are the grader's.
sources:
	@echo $(PROGRAMS:=.c) $(SHARED)
programs:
	@echo $(PROGRAMS)
tests:
	@echo $(TESTS)

clean:
	rm -f $(PROGRAMS) $(TESTS) *.o
