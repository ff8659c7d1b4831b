/*
 * A queue for exactly one producer and one consumer, without a semaphore.
 *
 * Each counter has one writer, so none needs a lock. The price is that a
 * second producer or consumer would break it.
 */
#ifndef RING_H
#define RING_H

#include "queue.h"
#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A power of two: the counters wrap to 0, and % must not jump there. */
#define RING_SLOTS 8

struct ring {
	_Atomic uint32_t sent;		  /* written by the producer only */
	_Atomic uint32_t received;	  /* written by the consumer only */
	_Atomic uint32_t producer_waits;  /* 1: wake it when a slot is free */
	_Atomic uint32_t consumer_waits;  /* 1: wake it for a message */
	struct message slots[RING_SLOTS]; /* the next: sent % RING_SLOTS */
};

/* Memory that is all zero is an empty ring. */

/* Adds a message, waiting for a slot. Returns 0, or -1 with errno set. */
int ring_send(struct ring *ring, const struct message *message);

/* Takes the oldest message, waiting for one. Returns 0, or -1 with errno. */
int ring_receive(struct ring *ring, struct message *message);

/*
 * Sleeps while *word is `seen`. The kernel checks that just before the sleep.
 * It may return for no reason. Returns 0, or -1 with errno set.
 *
 * First it looks a few times, and lets others run meanwhile: what the other side
 * is about to do comes sooner than a sleep and a wake-up take.
 */
static inline int
futex_wait(_Atomic uint32_t *word, uint32_t seen)
{
	for (int looks = 0; looks < 20; looks++) {
		if (*word != seen)
			return 0;
		sched_yield();
	}
	if (syscall(SYS_futex, word, FUTEX_WAIT, seen, NULL, NULL, 0) == -1 &&
	    errno != EAGAIN && errno != EINTR)
		return -1;
	return 0;
}

/* Wakes whoever sleeps on *word. Returns 0, or -1 with errno set. */
static inline int
futex_wake(_Atomic uint32_t *word)
{
	if (syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0) == -1)
		return -1;
	return 0;
}

#endif
