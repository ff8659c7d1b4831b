/*
 * A correct queue in another style: it tries before it sleeps, takes and gives
 * a counter and the lock by one call, and unlocks last.
 */
#include "queue.h"
#include <errno.h>
#include <string.h>

int
queue_join(struct queue *q, uint32_t producers, int limit)
{
	int wrong = 0;

	if (queue_lock(q, limit) == -1)
		return -1;
	if (q->producers != producers)
		wrong = EINVAL;
	else if (q->joined >= q->producers)
		wrong = EUSERS;
	else
		q->joined++;
	if (sem_post(&q->lock) == -1)
		return -1;
	errno = wrong;
	return wrong ? -1 : 0;
}

/* Takes both, or neither: -1 with errno set. */
static int
take_both(struct queue *q, sem_t *counter, int limit)
{
	int reason;

	if (sem_trywait(counter) == -1 && queue_wait(counter, limit) == -1)
		return -1;
	if (sem_trywait(&q->lock) == 0 || queue_lock(q, limit) == 0)
		return 0;
	reason = errno;
	sem_post(counter);
	errno = reason;
	return -1;
}

/* Unlocks last. Returns 0, or -1 with errno set. */
static int
give_both(struct queue *q, sem_t *counter)
{
	int told = sem_post(counter), reason = errno;

	if (sem_post(&q->lock) == -1)
		return -1;
	errno = reason;
	return told;
}

static struct message *
slot_of(struct queue *q, uint64_t number)
{
	const uint64_t rounds = number / SLOTS;

	return q->slots + (number - rounds * SLOTS);
}

/*
 * Add one message after all others.
 *
 * Returns 0; or -1 with errno set (see queue.h) and the queue as it was.
 * Traps: a message may fill its slot to the last byte. A producer that waits
 * for a slot must not keep the consumers out.
 */
int
queue_send(struct queue *q, const char *text, size_t length, int limit)
{
	struct message *slot;

	errno = EMSGSIZE;
	if (length > sizeof(slot->text) || take_both(q, &q->free, limit) != 0)
		return -1;
	slot = slot_of(q, q->sent++);
	for (slot->length = 0; slot->length < length; slot->length++)
		slot->text[slot->length] = text[slot->length];
	return give_both(q, &q->items);
}

/*
 * Wait for an item, and take the oldest message out.
 *
 * Returns 1 and the message in *message; 0 when the wait is over but there is
 * no message; or -1 with errno set (see queue.h) and the queue as it was.
 * Trap: once its slot is free, the message may be overwritten.
 */
static int
take_oldest(struct queue *q, struct message *message, int limit)
{
	if (take_both(q, &q->items, limit) != 0)
		return -1;
	if (q->sent == q->received)
		return sem_post(&q->lock);
	memcpy(message, slot_of(q, q->received++), sizeof(*message));
	return give_both(q, &q->free) == 0 ? 1 : -1;
}

/*
 * The end. Two functions, one idea.
 *
 * A producer calls this one to be counted out. After the last of those
 * announced, every consumer, now or later, must come to the end.
 *
 * Returns 0, or -1 with errno set.
 * Trap: a consumer that waits for an item learns nothing from a counter.
 */
int
queue_leave(struct queue *q, int limit)
{
	if (queue_lock(q, limit) != 0)
		return -1;
	if (++q->left < q->producers)
		return sem_post(&q->lock);
	return give_both(q, &q->items);
}

/*
 * A consumer calls this one when its wait for an item was
 * over and there was no message. It does not hold the lock.
 *
 * Returns 0, or -1 with errno set.
 * Trap: it may not be the only one that waits.
 */
static int
reach_end(struct queue *q)
{
	// The item it took stands for the end: the next consumer needs it.
	return sem_post(&q->items);
}

int
queue_receive(struct queue *q, struct message *message, int limit)
{
	int got = take_oldest(q, message, limit);

	if (got == 0)
		return reach_end(q);
	if (got == 1 && message->length > MESSAGE_MAX) {
		errno = EBADMSG;
		return -1;
	}
	return got;
}
