/*
 * What others see of the queue while a student's function is at work on it, and
 * what they do to it: see meanwhile.c.
 */
#include "scene.h"

static void
keep(void)
{
	memcpy(before, q, ROOM);
}

/* What is before `joined`: of that only the semaphores' functions change anything. */
#define HEAD offsetof(struct queue, joined)
static char head[HEAD];

/* Is the function about to go on without the lock? Then it finds nothing behind that. */
static void
hide(void)
{
	if (hiding && watching && !has_lock)
		memset((char *)q + HEAD, 0, ROOM - HEAD);
}

static void
show(void)
{
	if (hiding && watching && !has_lock)
		memcpy((char *)q + HEAD, before + HEAD, ROOM - HEAD);
}

static void
keep_head(void)
{
	memcpy(head, q, HEAD);
}

/* While it holds the lock, nobody else does. */
static void
check_head(void)
{
	if (has_lock && memcmp(head, q, HEAD) != 0)
		complain("it writes over what is before the slots");
}

static struct queue *
kept(void)
{
	return (struct queue *)(void *)before;
}

/* Slots with messages that wait, but `own`, and what is behind the last one. */
static void
check_slots(int own)
{
	const size_t end = offsetof(struct queue, slots) + sizeof(q->slots);
	const struct queue *old = kept();

	for (uint64_t n = old->received; n < old->sent; n++) {
		int i = (int)(n % SLOTS);

		if (i != own && memcmp(&q->slots[i], &old->slots[i],
				       sizeof(q->slots[i])) != 0)
			complain("it writes into slot %d, whose message nobody "
				 "has taken",
				 i);
	}
	if (memcmp((char *)q + end, before + end, ROOM - end) != 0)
		complain("it writes past the end of the last slot");
}

/* Without the lock nothing changes but the semaphores. */
static void
check_untouched(void)
{
	const size_t from = offsetof(struct queue, joined);

	if (lenient)
		return;
	if (memcmp((char *)q + from, before + from,
		   offsetof(struct queue, slots) - from) != 0)
		complain("it changes a counter without holding the lock");
	for (int i = 0; i < SLOTS; i++)
		if (memcmp(&q->slots[i], &kept()->slots[i],
			   sizeof(q->slots[i])) != 0)
			complain("it writes into slot %d without holding the "
				 "lock",
				 i);
	check_slots(-1);
}

/* Shows how the slot differs from the message that was to be put in. */
__attribute__((noreturn)) static void
complain_of_slot(uint64_t number, int slot)
{
	const struct message *m = &q->slots[slot];
	unsigned i = 0;

	for (int other = 0; other < SLOTS; other++)
		if (other != slot && same(&q->slots[other], &mine))
			complain("message %llu is counted in `sent`, and slot "
				 "%d does not hold it when the lock is given "
				 "back: it is in slot %d",
				 (unsigned long long)number, slot, other);
	if (m->length != mine.length)
		complain("message %llu is counted in `sent`, and slot %d does "
			 "not hold it when the lock is given back: its length "
			 "is %u, not %u",
			 (unsigned long long)number, slot, m->length,
			 mine.length);
	while (i < mine.length && m->text[i] == mine.text[i])
		i++;
	complain("message %llu is counted in `sent`, and slot %d does not hold "
		 "it when the lock is given back: its byte %u is 0x%02x, not "
		 "0x%02x%s",
		 (unsigned long long)number, slot, i, m->text[i] & 0xff,
		 mine.text[i] & 0xff,
		 memchr(mine.text, 0, i) != NULL
		     ? " (a byte before it is 0, which ends no message)"
		     : "");
}

/* What the function has done while it held the lock. */
static void
check_changes(void)
{
	const struct queue *old = kept();
	int slot = -1;

	if (q->sent - q->received > SLOTS)
		complain("it puts a message into a full queue");
	if (too_long != 0 && q->sent != old->sent)
		complain("it puts in a message of length %zu, and at most %d "
			 "fit",
			 too_long, MESSAGE_MAX);
	if (q->sent == old->sent + 1) {
		slot = (int)(old->sent % SLOTS);
		if (!lenient && !same(&q->slots[slot], &mine))
			complain_of_slot(old->sent, slot);
		*noted(old->sent) = mine;
	} else if (q->sent != old->sent) {
		complain("`sent` goes from %llu to %llu",
			 (unsigned long long)old->sent,
			 (unsigned long long)q->sent);
	}
	if (q->received == old->received + 1) {
		slot = (int)(old->received % SLOTS);
		due = noted(old->received);
	} else if (q->received != old->received) {
		complain("`received` goes from %llu to %llu",
			 (unsigned long long)old->received,
			 (unsigned long long)q->received);
	}
	if (!lenient)
		check_slots(slot);
}

static bool
consume(void)
{
	if (value_of(&q->lock) == 0 || real_try(&q->items) == -1)
		return false;
	if (q->received == q->sent && ended()) {
		real_post(&q->items);
		return false;
	}
	if (q->received == q->sent)
		complain("another consumer is woken, and finds neither a "
			 "message nor the end: items is posted too early");
	if (!lenient &&
	    !same(&q->slots[q->received % SLOTS], noted(q->received)))
		complain("another consumer does not find message %llu in slot "
			 "%d",
			 (unsigned long long)q->received,
			 (int)(q->received % SLOTS));
	q->received++;
	keep();
	real_post(&q->free);
	return true;
}

static bool
produce(void)
{
	if (value_of(&q->lock) == 0 || real_try(&q->free) == -1)
		return false;
	if (q->sent - q->received >= SLOTS)
		complain("another producer gets a slot, and none is empty: "
			 "free is posted too early");
	*noted(q->sent) = make((unsigned)(q->sent - first) + 3);
	q->slots[q->sent % SLOTS] = *noted(q->sent);
	q->sent++;
	keep();
	real_post(&q->items);
	return true;
}

static void
act(void)
{
	if (!watching || has_lock || value_of(&q->lock) == 0)
		return;
	check_untouched();
	if (leaver == 1 || (leaver == 2 && posts > 0)) {
		leaver = 0;
		q->left++;
		keep();
		if (ended())
			real_post(&q->items);
	}
	for (int i = 0; i < SLOTS && (others & CONSUMERS) && consume(); i++)
		;
	for (int i = 0; i < SLOTS && (others & PRODUCERS_TOO) && produce(); i++)
		;
}
