/*
 * sysv.c - a room and a table, with System V semaphores.
 *
 *	./sysv FILE hold|try|turnstile|table|stat|remove ...
 *
 * FILE is any file that exists: the keys are made from it. A set outlives the
 * processes that use it: see `ipcs -s`. Compare this file with posix.c.
 */
#define _GNU_SOURCE
#include <errno.h>
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
	// BEGIN SOLUTION 1
	int id = semget(key, count, IPC_CREAT | IPC_EXCL | SET_MODE);
	struct semid_ds ds = { 0 };
	union semun arg = { .buf = &ds };

	if (id == -1 && errno == EEXIST) {
		id = semget(key, 0, 0);
		for (int tries = 0; id != -1 && ds.sem_otime == 0; tries++) {
			if (semctl(id, 0, IPC_STAT, arg) == -1)
				return -1;
			if (ds.sem_otime == 0)
				usleep(tries < 10 ? 100 : 10000);
		}
		if (id != -1 && ds.sem_nsems != (unsigned long)count) {
			errno = EINVAL;
			return -1;
		}
	} else if (id != -1) {
		struct sembuf op = { .sem_num = 0, .sem_op = 0 };

		/* The first is the last: semop raises it, and sets sem_otime. */
		for (int i = 1; i < count; i++) {
			arg.val = value;
			if (semctl(id, i, SETVAL, arg) == -1)
				return -1;
		}
		op.sem_op = (short)value;
		if (semop(id, &op, 1) == -1)
			return -1;
	}
	set = id;
	return id == -1 ? -1 : 0;
	// STUB (void)key, (void)count, (void)value;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 1
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
	// BEGIN SOLUTION 2
	short n = (short)by, undo = (short)(flags | SEM_UNDO);
	struct sembuf both[] = { { (unsigned short)a, n, undo },
				 { (unsigned short)b, n, undo } };

	/* EINTR: even SIGSTOP and SIGCONT bring it, without any handler. */
	while (semop(set, both, b == NONE ? 1 : 2) == -1)
		if (errno != EINTR)
			return -1;
	return 0;
	// STUB (void)a, (void)b, (void)by, (void)flags;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 2
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

/* Not needed: a place that somebody dead has taken is free again. */
int
take_until(int a, const struct timespec *end)
{
	(void)a, (void)end;
	errno = ENOTSUP;
	return -1;
}
