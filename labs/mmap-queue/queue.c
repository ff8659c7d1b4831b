/*
 * The queue in memory: put a message in, take one out, come to the end.
 *
 * queue.h has the layout, semaphores.c the meaning of the semaphores. The
 * members of the queue from `joined` on are touched only under the lock.
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
 * Gap 3: add one message after all others.
 *
 * Returns 0; or -1 with errno set (see queue.h) and, unless a sem_post failed,
 * the queue as it was.
 * Traps: a message may fill its slot to the last byte. A producer that waits
 * for a slot must not keep the consumers out.
 */
int
queue_send(struct queue *q, const char *text, size_t length, int limit)
{
	// TODO 3
	(void)q;
	(void)text;
	(void)length;
	(void)limit;
	errno = ENOSYS;
	return -1;
}

/*
 * Gap 4: wait for an item, and take the oldest message out.
 *
 * Returns 1 and the message in *message; 0 when the wait is over but there is
 * no message; or -1 with errno set (see queue.h) and, unless a sem_post failed,
 * the queue as it was. A damaged length is queue_receive's affair, but no more
 * than MESSAGE_MAX bytes are copied.
 * Trap: once its slot is free, the message may be overwritten.
 */
static int
take_oldest(struct queue *q, struct message *message, int limit)
{
	// TODO 4
	(void)q;
	(void)message;
	(void)limit;
	errno = ENOSYS;
	return -1;
}

/*
 * Gap 5: the end. Two functions, one idea.
 *
 * A producer calls this one to be counted out. After the last of those
 * announced, every consumer, now or later, must come to the end.
 *
 * Returns 0, or -1 with errno set; after a wait in vain nobody is counted out.
 * Trap: a consumer that waits for an item learns nothing from a counter.
 */
int
queue_leave(struct queue *q, int limit)
{
	// TODO 5
	(void)q;
	(void)limit;
	errno = ENOSYS;
	return -1;
}

/*
 * Gap 5, second place: a consumer calls this one when its wait for an item was
 * over and there was no message. It does not hold the lock.
 *
 * Returns 0, or -1 with errno set.
 * Trap: it may not be the only one that waits.
 */
static int
reach_end(struct queue *q)
{
	// TODO 5
	(void)q;
	errno = ENOSYS;
	return -1;
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
