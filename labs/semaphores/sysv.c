/*
 * sysv.c - a room and a table, with System V semaphores.
 *
 *	./sysv FILE hold|try|turnstile|table|stat|remove ...
 *
 * The keys are made from FILE. A set outlives its processes: see `ipcs -s`.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/sem.h>
#include <unistd.h>

#include "set.h"

const char set_argument[] = "FILE";

/* The fourth argument of semctl(2), which each program must declare itself. */
union semun {
	int val;
	struct semid_ds *buf;
	unsigned short *array;
};

static int set = -1; /* the id of the set that this process works with */

/*
 * Gap 1: join the set of `file` for `role`; make it if it is not there.
 *
 * Any number of processes may call this at the same time. One of them makes the
 * set, with `count` semaphores, each with that `value` (1 or more), and SET_MODE.
 * No call returns before all have it; none changes a set that others use.
 * Fills in `set`. Returns 0, or -1 with errno set: EINVAL for another `count`.
 * Trap: semget(2) makes a set, and only a later call gives it values. Who comes in
 * between finds a set like any other; but sem_otime is 0 until the first semop(2).
 */
int
set_join(const char *file, enum role role, int count, int value)
{
	key_t key = key_of(file, role);
	// TODO 1
	(void)key, (void)count, (void)value;
	errno = ENOSYS;
	return -1;
}

int
set_find(const char *file, enum role role)
{
	struct semid_ds ds;
	union semun stat = { .buf = &ds };

	set = semget(key_of(file, role), 0, 0);
	if (set == -1)
		return errno == ENOENT ? 0 : -1;
	return semctl(set, 0, IPC_STAT, stat) == -1 ? -1 : (int)ds.sem_nsems;
}

/* The set is gone at once, and who waits for it wakes up, with EIDRM. */
int
set_remove(const char *file, enum role role)
{
	int count = set_find(file, role);

	return count > 0 && semctl(set, 0, IPC_RMID) == -1 ? -1 : count;
}

/*
 * Gap 2: add `by`, +1 or -1, to semaphore `a`, and to `b` if that is not NONE.
 *
 * To both in one step: while one of them cannot, neither is changed. Waits as long
 * as it takes; with IPC_NOWAIT in `flags` not at all: -1 with EAGAIN. A signal does
 * not end the wait. What a process has taken and not given back is given back when
 * it ends, however that is. Returns 0, or -1 with errno set.
 * Trap: in two steps, each of two processes can hold what the other one wants. And
 * what the kernel undoes is the sum of those operations that ask for it.
 */
static int
change(int a, int b, int by, int flags)
{
	// TODO 2
	(void)a, (void)b, (void)by, (void)flags;
	errno = ENOSYS;
	return -1;
}

int
take(int a, int b, bool wait)
{
	return change(a, b, -1, wait ? 0 : IPC_NOWAIT);
}

int
give(int a, int b)
{
	return change(a, b, +1, 0);
}

int
value_of(int i)
{
	return semctl(set, i, GETVAL);
}

/* Not needed: what the dead have taken is free again. */
int
take_until(int a, const struct timespec *end)
{
	(void)a, (void)end;
	errno = ENOTSUP;
	return -1;
}
