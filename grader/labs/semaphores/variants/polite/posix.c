/*
 * posix.c - a room and a table, with POSIX named semaphores.
 *
 *	./posix NAME hold|try|turnstile|table|stat|remove ...
 *
 * NAME looks like a path and is not one: a slash in front, and no other. The
 * semaphores outlive the processes that use them: see `ls /dev/shm`. Compare
 * this file with sysv.c, function by function.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>

#include "set.h"

const char set_argument[] = "NAME";

static sem_t *sems[SET_MAX]; /* those that this process works with */

/*
 * Gap 3: open the semaphores 0 to `count` - 1 that `name` has for `role`; make
 * those that are not there.
 *
 * Any number of processes may call this at the same time. One of them makes a
 * semaphore, with that `value`, and SET_MODE. No call returns before all
 * have it; none changes a semaphore that is there. Fills in `sems`. Returns 0, or
 * -1 with errno set.
 * Trap: to look first and then to make are two steps; so are to make and to
 * give a value. Another process may come between the two.
 */
int
set_join(const char *name, enum role role, int count, int value)
{
	// BEGIN SOLUTION 3
	for (int i = 0; i < count; i++) {
		sems[i] = sem_open(name_of(name, role, i), O_CREAT, SET_MODE,
				   (unsigned int)value);
		if (sems[i] == SEM_FAILED)
			return -1;
	}
	return 0;
	// STUB (void)name_of(name, role, 0), (void)count, (void)value;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 3
}

int
set_find(const char *name, enum role role)
{
	int most = role == ROOM ? 1 : SET_MAX;

	for (int i = 0; i < most; i++) {
		sems[i] = sem_open(name_of(name, role, i), 0);
		if (sems[i] == SEM_FAILED)
			return errno == ENOENT ? i : -1;
	}
	return most;
}

/* The names are gone at once. Who waits goes on waiting, perhaps for ever. */
int
set_remove(const char *name, enum role role)
{
	int most = role == ROOM ? 1 : SET_MAX;

	for (int i = 0; i < most; i++)
		if (sem_unlink(name_of(name, role, i)) == -1)
			return errno == ENOENT ? i : -1;
	return most;
}

/*
 * Gap 4: take 1 off semaphore `a`, and off `b` if that is not NONE; give it back.
 *
 * `take` waits as long as it takes; if `wait` is false not at all: -1 with EAGAIN
 * (and `b` is NONE). A signal does not end the wait. They return 0; or -1 with
 * errno set, and then `take` has taken nothing.
 * Trap: while it waits for the second, it holds the first. All who do that must
 * agree which one comes first; `a` before `b` is no such order, as `a` is only the
 * one to the caller's left.
 */
int
take(int a, int b, bool wait)
{
	// BEGIN SOLUTION 4
	sem_t *one = sems[a], *two = b == NONE ? NULL : sems[b], *other;

	if (!wait)
		return sem_trywait(one);
	for (;;) {
		while (sem_wait(one) == -1)
			if (errno != EINTR)
				return -1;
		if (two == NULL || sem_trywait(two) == 0)
			return 0;
		/* Keep nothing while waiting: put it back, wait for the other. */
		if (sem_post(one) == -1 || errno == EINVAL)
			return -1;
		other = one;
		one = two;
		two = other;
	}
	// STUB (void)a, (void)b, (void)wait;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 4
}

int
give(int a, int b)
{
	// BEGIN SOLUTION 4
	int result = 0;

	if (b != NONE)
		result |= sem_post(sems[b]);
	return result | sem_post(sems[a]);
	// STUB (void)a, (void)b;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 4
}

int
value_of(int i)
{
	int value;

	return sem_getvalue(sems[i], &value) == -1 ? -1 : value;
}

/*
 * Gap 5, optional: take 1 off `a`, as `take` does; but wait until `end`, on
 * CLOCK_MONOTONIC, and no longer: then -1 with errno ETIMEDOUT.
 * Trap: sem_timedwait(3) goes by another clock, which may be set meanwhile.
 */
int
take_until(int a, const struct timespec *end)
{
	// BEGIN SOLUTION 5
	while (sem_clockwait(sems[a], CLOCK_MONOTONIC, end) == -1)
		if (errno != EINTR)
			return -1;
	return 0;
	// STUB (void)a, (void)end;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 5
}
