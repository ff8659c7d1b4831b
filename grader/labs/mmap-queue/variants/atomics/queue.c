/*
 * A correct queue in another style: one way out, the message copied before the
 * lock is taken, and the end told while the lock is held.
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
	struct message message = { .length = (uint32_t)length };
	int result = -1, reason;

	if (length > MESSAGE_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	memcpy(message.text, text, length);
	if (queue_wait(&q->free, limit) == -1)
		return -1;
	if (queue_lock(q, limit) == -1)
		goto give_back;
	q->slots[q->sent++ % SLOTS] = message;
	result = sem_post(&q->lock);
	if (result == 0)
		return sem_post(&q->items);
give_back:
	reason = errno;
	sem_post(&q->free);
	errno = reason;
	return result;
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
	if (queue_wait(&q->items, limit) == -1)
		return -1;
	if (queue_lock(q, limit) == -1) {
		int saved = errno;

		sem_post(&q->items);
		errno = saved;
		return -1;
	}
	int there = q->received < q->sent;

	if (there) {
		*message = q->slots[q->received % SLOTS];
		q->received++;
	}
	if (sem_post(&q->lock) == -1 || (there && sem_post(&q->free) == -1))
		return -1;
	return there;
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
	int told = 0, reason = 0;

	if (queue_lock(q, limit) == -1)
		return -1;
	// Told while it is held: whoever is woken waits for the lock next.
	if (++q->left == q->producers) {
		told = sem_post(&q->items);
		reason = errno;
	}
	if (sem_post(&q->lock) == -1)
		return -1;
	if (told == -1)
		errno = reason;
	return told;
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
