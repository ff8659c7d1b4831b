/*
 * set.h - what sysv.c and posix.c do, each in its own way. A process works with one
 * set of semaphores, numbered from 0. What fails returns -1 with errno set.
 */
#ifndef SET_H
#define SET_H

#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

#define SET_MAX	 16   /* semaphores in one set */
#define SET_MODE 0600 /* permission bits of what is made: ours alone */
#define NONE	 (-1) /* in place of a second semaphore */

/*
 * ROOM: one semaphore, which counts the places that are free. FORKS: one for
 * each fork of the table: 1 while it lies there.
 */
enum role { ROOM, FORKS };

/* What a command names its set by: "FILE" or "NAME". */
extern const char set_argument[];

/* Makes the set if it is not there, and joins it. Returns 0. */
int set_join(const char *name, enum role role, int count, int value);

/* Joins it only if it is there. Returns how many semaphores it has, or 0. */
int set_find(const char *name, enum role role);

/* Removes it. Returns how many semaphores it had; 0: it was not there. */
int set_remove(const char *name, enum role role);

/* Takes 1 off semaphore `a`, and off `b` if that is not NONE. Returns 0. */
int take(int a, int b, bool wait);

/* Takes 1 off `a`, but waits no longer than until `end`. Returns 0. */
int take_until(int a, const struct timespec *end);

/* Adds 1 to semaphore `a`, and to `b` if that is not NONE. Returns 0. */
int give(int a, int b);

/* The value that semaphore `i` has at this moment. */
int value_of(int i);

/* lib/names.c: what the kernel calls a set. These end the program on error. */
key_t key_of(const char *file, enum role role);
const char *name_of(const char *name, enum role role, int i);

#endif
