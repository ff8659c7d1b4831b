/*
 * chat.c - a flag in shared memory that says whose turn it is.
 *
 * While it is not your turn you sleep on the flag: a futex is a word of
 * memory that the kernel lets you wait for. Nobody spins.
 */
#define _GNU_SOURCE
#include "chat.h"

#include <err.h>
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* 1/4 s: how long to sleep before a check whether the other is still alive. */
static const struct timespec patience = { .tv_nsec = 250000000 };

volatile sig_atomic_t told_to_end;

/*
 * Sleeps while `*word` is `value`: until a wake, a signal, or the end of our
 * patience. The kernel looks at the word and puts us to sleep in one step, so
 * that no wake comes in between.
 */
static void
futex_wait(_Atomic uint32_t *word, uint32_t value)
{
	syscall(SYS_futex, word, FUTEX_WAIT, value, &patience, NULL, 0);
}

/* Wakes one process that sleeps on `*word`, whichever it is. */
static void
futex_wake(_Atomic uint32_t *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/*
 * Whether the other side has come and gone. The kernel counts how often the
 * segment is attached, and detaches it from those that die, however they die.
 */
static bool
other_gone(struct chat *chat, int id)
{
	struct shmid_ds ds;
	/* Look here first: one that comes later is not mistaken for gone. */
	bool came = atomic_load(&chat->producers) > 0;

	if (shmctl(id, IPC_STAT, &ds) == -1)
		err(1, "shmctl");
	return came && ds.shm_nattch < 2;
}

/*
 * Gap 6: wait until the turn is `mine`; give it to the `other` side.
 *
 * wait_turn sleeps while there is nothing to do. It returns 0 when the turn
 * is ours, and then we see all that the other side stored before it gave us
 * the turn. It returns -1 with errno set when that will not happen: EPIPE when
 * the other side is gone, EINTR when told_to_end is set. A turn that is already
 * ours comes before both.
 * Trap: the other side may give you the turn and end at any instant, also
 * between two lines of your code. What it gave still counts.
 */
/* What a second thread finds out about the other side, again and again. */
struct lookout {
	struct chat *chat;
	int id;
	_Atomic uint32_t over; /* the wait: 0 or 1 */
	_Atomic bool gone;     /* the other side */
};

static void *
look_out(void *argument)
{
	static const struct timespec pause = { .tv_nsec = 20000000 };
	struct lookout *lookout = argument;

	while (!lookout->over && !lookout->gone) {
		lookout->gone = other_gone(lookout->chat, lookout->id);
		syscall(SYS_futex, &lookout->over, FUTEX_WAIT, 0, &pause, NULL,
			0);
	}
	return NULL;
}

int
wait_turn(struct chat *chat, int id, enum turn mine)
{
	struct lookout lookout = { .chat = chat, .id = id };
	sigset_t all, before;
	pthread_t thread;
	uint32_t turn;
	int why = 0;

	if (chat->written_by_you == mine)
		return 0;
	/* A signal is to end the sleep of this thread. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	why = pthread_create(&thread, NULL, look_out, &lookout);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (why != 0) {
		errno = why;
		return -1;
	}
	for (;;) {
		why = lookout.gone ? EPIPE : told_to_end ? EINTR : 0;
		turn = chat->written_by_you;
		if (turn == mine || why != 0)
			break;
		futex_wait(&chat->written_by_you, turn);
	}
	lookout.over = 1;
	futex_wake(&lookout.over);
	pthread_join(thread, NULL);
	errno = why;
	return turn == mine ? 0 : -1;
}

void
give_turn(struct chat *chat, enum turn other)
{
	atomic_store(&chat->written_by_you, other);
	futex_wake(&chat->written_by_you);
}
