/*
 * One ring, what is known of the call of a student's function that is at work on
 * it, and what the other side does: see otherside.c.
 */
#define _GNU_SOURCE
#include "complain.h"
#include "ring.h"
#include <err.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

/*
 * When the other side acts, if the function sleeps. LATE: it does the rest of an
 * earlier call first. It had moved its counter, and the function made use of that.
 */
enum when { BEFORE, DURING, AFTER_A_WHILE, FAILS, LATE };

static struct ring *ring;
static struct message messages[64]; // by number, modulo 64

static bool watching, talking, sending;
static enum when when;
static int sleeps, wakes;
static uint32_t sent, received; // when the function was called

/*
 * Two words will do to sleep on: the other side's counter, or one's own "I wait",
 * which the other side must then set to 0 before it wakes. By ring_receive and
 * ring_send, whether it was the second.
 */
static bool by_flag[2];

/* By ring_receive and ring_send, whether they set the other's "I wait" to 0. */
static bool takes_back[2];

static bool
same(const struct message *a, const struct message *b)
{
	return a->length == b->length &&
	       memcmp(a->text, b->text, a->length) == 0;
}

static struct message *
make(uint32_t number)
{
	struct message *m = &messages[number % 64];

	m->length = MESSAGE_MAX - number * 8 % (MESSAGE_MAX + 1);
	for (unsigned i = 0; i < MESSAGE_MAX; i++)
		m->text[i] =
		    (number + i) % 3 == 0 ? 0 : (char)(number * 16 + i * 7);
	return m;
}

/* Takes all messages, or fills the ring. Would it wake the function? */
static bool
act(void)
{
	if (sending) {
		ring->received = ring->sent;
		return atomic_exchange(&ring->producer_waits, 0);
	}
	while (ring->sent - ring->received < RING_SLOTS) {
		ring->slots[ring->sent % RING_SLOTS] = *make(ring->sent);
		ring->sent++;
	}
	return atomic_exchange(&ring->consumer_waits, 0);
}

/* A ring with n messages, the oldest of which is number `first`. */
static void
fill(uint32_t first, uint32_t n)
{
	memset(ring, 0, sizeof(*ring));
	memset(ring->slots, 0x55, sizeof(ring->slots));
	for (uint32_t i = first; i != first + n; i++)
		ring->slots[i % RING_SLOTS] = *make(i);
	ring->received = received = first;
	ring->sent = sent = first + n;
	sleeps = wakes = 0;
}
