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
#include <stdbool.h>
#include <stddef.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* 1/4 s: how long to sleep before a check whether the other is still alive. */
static const struct timespec patience = { .tv_nsec = 250000000 };

volatile sig_atomic_t told_to_end;

// REGION futex
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
// END REGION futex

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
int
wait_turn(struct chat *chat, int id, enum turn mine)
{
	// BEGIN SOLUTION 6
	for (;;) {
		/* The flag last: what was given before these counts. */
		bool gone = other_gone(chat, id), told = told_to_end;
		uint32_t turn = atomic_load(&chat->written_by_you);

		if (turn == mine)
			return 0;
		if (gone || told) {
			errno = gone ? EPIPE : EINTR;
			return -1;
		}
		futex_wait(&chat->written_by_you, turn);
	}
	// STUB (void)chat, (void)id, (void)mine, (void)other_gone;
	// STUB (void)futex_wait;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 6
}

void
give_turn(struct chat *chat, enum turn other)
{
	// BEGIN SOLUTION 6
	atomic_store(&chat->written_by_you, other);
	futex_wake(&chat->written_by_you);
	// STUB (void)chat, (void)other, (void)futex_wake;
	// END SOLUTION 6
}
