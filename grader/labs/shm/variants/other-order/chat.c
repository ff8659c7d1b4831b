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
	uint32_t seen;

	/* It asks just before it sleeps, and looks again only if there is a reason. */
	while ((seen = atomic_load_explicit(&chat->written_by_you,
					    memory_order_acquire)) != mine) {
		bool gone = other_gone(chat, id);

		if (!gone && !told_to_end) {
			syscall(SYS_futex, &chat->written_by_you, FUTEX_WAIT,
				seen, &patience, NULL, 0);
			continue;
		}
		if (atomic_load(&chat->written_by_you) == mine)
			break;
		errno = gone ? EPIPE : EINTR;
		return -1;
	}
	return 0;
}

void
give_turn(struct chat *chat, enum turn other)
{
	if (atomic_exchange(&chat->written_by_you, other) != other)
		futex_wake(&chat->written_by_you);
}
