/*
 * The three semaphores of the queue: initial values, and how to wait for one.
 *
 * Two of them count what there is to wait for, free slots and messages; the
 * third is a lock around the counters and the slots. The invariant, whenever
 * nobody is inside:
 *
 *	free  = SLOTS - (sent - received)
 *	items = sent - received		and one more when it has ended
 */
#define _GNU_SOURCE
#include "queue.h"
#include <errno.h>
#include <time.h>

/*
 * Gap 2: give the three semaphores their initial values, for an empty queue.
 *
 * Returns 0, or -1 with errno set.
 * Trap: they will be used by processes that are not related to this one.
 */
static int
start_semaphores(struct queue *q)
{
	// BEGIN SOLUTION 2
	int failed = sem_init(&q->lock, 1, 1) == -1;

	failed |= sem_init(&q->free, 1, SLOTS) == -1;
	failed |= sem_init(&q->items, 1, 0) == -1;
	return -failed;
	// STUB (void)q;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 2
}

int
queue_init(struct queue *q, uint32_t producers)
{
	q->producers = producers;
	if (start_semaphores(q) == -1)
		return -1;
	q->version = QUEUE_VERSION;
	q->magic = QUEUE_MAGIC;
	return 0;
}

int
queue_wait(sem_t *sem, int limit)
{
	struct timespec deadline;
	int taken;

	// The deadline is set once: a signal does not move it.
	if (clock_gettime(CLOCK_MONOTONIC, &deadline) == -1)
		return -1;
	deadline.tv_sec += limit;
	do {
		if (limit == 0)
			taken = sem_wait(sem);
		else
			taken = sem_clockwait(sem, CLOCK_MONOTONIC, &deadline);
	} while (taken == -1 && errno == EINTR);
	return taken;
}

int
queue_lock(struct queue *q, int limit)
{
	if (queue_wait(&q->lock, limit) == 0)
		return 0;
	// Whoever holds it is done within microseconds, unless it died.
	if (errno == ETIMEDOUT)
		errno = EOWNERDEAD;
	return -1;
}
