/*
 * race, System V: semaphores and queues; keys; how often segments are attached.
 */
#define _GNU_SOURCE
#include "hooks.h"

#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

/* In place of a semaphore's number: the whole set, as IPC_STAT sees it. */
enum { ALL = 1 << 20, LOOK };

/* ---- System V semaphores ---- */

static void
before_semop(const struct call *call)
{
	const struct sembuf *operations = pointer(call->b);

	race_release(race_key(SEMAPHORE, (int)call->a, LOOK));
	for (size_t i = 0; i < (size_t)call->c; i++) {
		const struct sembuf *o = &operations[i];

		/* The kernel undoes it at the end of the process. */
		if (o->sem_flg & SEM_UNDO)
			race_self->undo = true;
		if (o->sem_op != 0)
			race_release(race_key(o->sem_op > 0 ? SEMAPHORE : ZERO,
					      (int)call->a, o->sem_num));
	}
}

static void
after_semop(const struct call *call)
{
	const struct sembuf *operations = pointer(call->b);

	race_acquire(race_key(SEMAPHORE, (int)call->a, ALL));
	if (race_int(call) == -1)
		return;
	race_join_ended(true);
	for (size_t i = 0; i < (size_t)call->c; i++) {
		const struct sembuf *o = &operations[i];

		if (o->sem_op <= 0)
			race_acquire(race_key(o->sem_op < 0 ? SEMAPHORE : ZERO,
					      (int)call->a, o->sem_num));
	}
}

static void
before_semctl(const struct call *call)
{
	switch ((int)call->c) {
	case SETVAL:
	case SETALL:
	case IPC_RMID:
		race_release(race_key(SEMAPHORE, (int)call->a, ALL));
		race_release(race_key(SEMAPHORE, (int)call->a, LOOK));
	}
}

static void
after_semctl(const struct call *call)
{
	int number = call->b;

	race_acquire(race_key(SEMAPHORE, (int)call->a, ALL));
	race_acquire(race_key(SEMAPHORE, (int)call->a, LOOK));
	race_acquire(race_key(SEMAPHORE, (int)call->a, number));
	race_acquire(race_key(ZERO, (int)call->a, number));
}

RACE_WRAP(semop, before_semop, after_semop)
RACE_WRAP(semtimedop, before_semop, after_semop)
RACE_WRAP(semctl, before_semctl, after_semctl)

/* ---- System V queues ---- */

static void
before_msgsnd(const struct call *call)
{
	race_access(pointer(call->b), sizeof(long) + call->c, READ,
		    call->place);
	race_release(race_key(QUEUE, (int)call->a, 0));
	race_release(race_key(OUTSIDE, 0, 0));
}

static void
after_msgrcv(const struct call *call)
{
	if (call->result == -1) {
		if (call->error == EIDRM)
			race_acquire(race_key(QUEUE, (int)call->a, 0));
		return;
	}
	if (!race_acquire(race_key(QUEUE, (int)call->a, 0)))
		race_join_outside();
	race_access(pointer(call->b), sizeof(long) + call->result, WRITE,
		    call->place);
}

static void
release_queue(const struct call *call)
{
	race_release(race_key(QUEUE, (int)call->a, 0));
}

static void
acquire_queue(const struct call *call)
{
	race_acquire(race_key(QUEUE, (int)call->a, 0));
}

RACE_WRAP(msgctl, release_queue, acquire_queue)
RACE_WRAP(msgsnd, before_msgsnd, nothing)
RACE_WRAP(msgrcv, nothing, after_msgrcv)

/* ---- System V: getting by a key what another process made ---- */

static void
get_new(const struct call *call, int flags)
{
	if (flags & IPC_CREAT)
		race_release(race_key(IPC_KEY, (key_t)call->a, 0));
}

static void
get_queue(const struct call *call)
{
	get_new(call, call->b);
}

static void
get_sized(const struct call *call)
{
	get_new(call, call->c);
}

static void
got(const struct call *call)
{
	race_acquire(race_key(IPC_KEY, (key_t)call->a, 0));
}

RACE_WRAP(shmget, get_sized, got)
RACE_WRAP(semget, get_sized, got)
RACE_WRAP(msgget, get_queue, got)

/* Any process can see how often a segment is attached. */
void
race_release_segment(int id)
{
	race_release(race_key(SEGMENT, id, 0));
}

static void
change_segment(const struct call *call)
{
	race_release_segment(call->a);
}

static void
see_segment(const struct call *call)
{
	race_acquire(race_key(SEGMENT, (int)call->a, 0));
}

RACE_WRAP(shmctl, change_segment, see_segment)
