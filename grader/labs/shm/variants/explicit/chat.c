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
#include <limits.h>
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

/*
 * Whether the other side has come and gone. The kernel counts how often the
 * segment is attached, and detaches it from those that die, however they die.
 */
static bool
other_gone(struct chat *chat, int id)
{
	struct shmid_ds ds;

	if (shmctl(id, IPC_STAT, &ds) == -1)
		err(1, "shmctl");
	return ds.shm_nattch < 2 && atomic_load(&chat->producers) > 0;
}

/*
 * Gap 6: wait until the turn is `mine`; give it to the `other` side.
 *
 * wait_turn sleeps while there is nothing to do. It returns 0 when the turn
 * is ours, and then we see all that the other side stored before it gave us
 * the turn. It returns -1 with errno set when that will not be: EPIPE when
 * the other side is gone, EINTR when told_to_end is set.
 * Trap: the other side may give you the turn and end at any instant, also
 * between two lines of your code. What it gave still counts.
 */
int
wait_turn(struct chat *chat, int id, enum turn mine)
{
	uint32_t turn;
	int why = 0;

	while ((turn = atomic_load_explicit(&chat->written_by_you,
					    memory_order_acquire)) != mine) {
		if (why != 0) {
			errno = why;
			return -1;
		}
		/* Whatever it is, the flag comes once more after it. */
		if (told_to_end)
			why = EINTR;
		else if (other_gone(chat, id))
			why = EPIPE;
		else
			futex_wait(&chat->written_by_you, turn);
	}
	return 0;
}

void
give_turn(struct chat *chat, enum turn other)
{
	atomic_store_explicit(&chat->written_by_you, other,
			      memory_order_release);
	syscall(SYS_futex, &chat->written_by_you, FUTEX_WAKE, INT_MAX, NULL,
		NULL, 0);
}
