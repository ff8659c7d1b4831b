/*
 * A correct ring in another style: a short look before the sleep, explicit
 * orders, and each side takes back its own flag.
 */
#define _GNU_SOURCE
#include "ring.h"

/* A short look before the long sleep: how often. */
#define SPINS 100

/*
 * Add one message. No system call is made, unless the ring
 * is full or the consumer waits.
 *
 * Returns 0, or -1 with errno set.
 * Trap: a message must be whole before the consumer can count it.
 */
int
ring_send(struct ring *ring, const struct message *message)
{
	uint32_t next, full;

	next = atomic_load_explicit(&ring->sent, memory_order_relaxed);
	full = next - RING_SLOTS;
	for (int i = 0; ring->received == full; i++) {
		if (i < SPINS)
			continue;
		ring->producer_waits = 1;
		if (futex_wait(&ring->received, full) == -1)
			return -1;
		ring->producer_waits = 0;
	}
	ring->slots[next % RING_SLOTS] = *message;
	atomic_store_explicit(&ring->sent, next + 1, memory_order_release);
	atomic_thread_fence(memory_order_seq_cst);
	return ring->consumer_waits ? futex_wake(&ring->sent) : 0;
}

/*
 * Take one message. No system call is made, unless the
 * ring is empty or the producer waits.
 *
 * Returns 0, or -1 with errno set.
 * Trap: the other side may act between your look and your sleep.
 */
int
ring_receive(struct ring *ring, struct message *message)
{
	uint32_t next;

	next = atomic_load_explicit(&ring->received, memory_order_relaxed);
	for (int i = 0; ring->sent == next; i++) {
		if (i < SPINS)
			continue;
		ring->consumer_waits = 1;
		if (futex_wait(&ring->sent, next) == -1)
			return -1;
		ring->consumer_waits = 0;
	}
	*message = ring->slots[next % RING_SLOTS];
	atomic_store_explicit(&ring->received, next + 1, memory_order_release);
	atomic_thread_fence(memory_order_seq_cst);
	return ring->producer_waits ? futex_wake(&ring->received) : 0;
}
