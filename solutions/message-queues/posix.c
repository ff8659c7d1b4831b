/*
 * posix.c - messages by priority in a POSIX message queue.
 *
 * ./posix NAME COMMAND, with the commands of sysv.c.
 *
 * NAME looks like a path and is not one: a slash in front, and no other. Compare
 * this file with sysv.c, function by function: descriptors instead of ids.
 */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>

#include "queue.h"

static int
find(const char *name)
{
	return mq_open(name, O_RDWR);
}

/*
 * Gap 3: make a new queue with room for `room` messages of TEXT_MAX bytes.
 *
 * Its permission bits are QUEUE_MODE, or less by the umask. Returns a
 * descriptor, or -1 as queue.h says: EEXIST when `name` is taken, and that queue
 * stays as it is.
 * Trap: a queue of the usual size is none that receive can read.
 */
static int
create(const char *name, long room)
{
	// BEGIN SOLUTION 3
	struct mq_attr attr = { .mq_maxmsg = room, .mq_msgsize = TEXT_MAX };

	return mq_open(name, O_RDWR | O_CREAT | O_EXCL, QUEUE_MODE, &attr);
	// STUB (void)name, (void)room;
	// STUB errno = EINVAL;
	// STUB return -1;
	// END SOLUTION 3
}

/*
 * Gap 3, too: send `message`.
 *
 * While there is no room for it, waits, or, if `wait` is false, fails with
 * EAGAIN. Returns 0, or -1 as queue.h says.
 * Trap: whether a call waits is said to the descriptor, not to the call.
 */
static int
send(int queue, const struct message *message, bool wait)
{
	// BEGIN SOLUTION 3
	struct mq_attr attr = { .mq_flags = wait ? 0 : O_NONBLOCK };
	int result;

	if (mq_setattr(queue, &attr, NULL) == -1)
		return -1;
	do
		result = mq_send(queue, message->text, message->length,
				 message->priority);
	while (result == -1 && errno == EINTR);
	return result;
	// STUB (void)queue, (void)message, (void)wait;
	// STUB errno = EINVAL;
	// STUB return -1;
	// END SOLUTION 3
}

/*
 * Gap 3, too: take the oldest of the messages that are most urgent.
 *
 * While there is none, waits, or, if `wait` is false, fails with EAGAIN. Fills
 * in `*message`. Returns 0, or -1 as queue.h says: ENOTSUP if `priority` is not
 * ANY; EMSGSIZE if the queue's messages may be longer than TEXT_MAX, and they
 * all stay in it.
 * Trap: POSIX has no call that takes one of another priority.
 */
static int
receive(int queue, int priority, struct message *message, bool wait)
{
	// BEGIN SOLUTION 3
	struct mq_attr attr = { .mq_flags = wait ? 0 : O_NONBLOCK };
	ssize_t n;

	if (priority != ANY) {
		errno = ENOTSUP;
		return -1;
	}
	if (mq_setattr(queue, &attr, NULL) == -1)
		return -1;
	do
		n = mq_receive(queue, message->text, TEXT_MAX,
			       &message->priority);
	while (n == -1 && errno == EINTR);
	message->length = n == -1 ? 0 : (size_t)n;
	return n == -1 ? -1 : 0;
	// STUB (void)queue, (void)priority, (void)message, (void)wait;
	// STUB errno = EINVAL;
	// STUB return -1;
	// END SOLUTION 3
}

static int
state(int queue, long *messages, long *room)
{
	struct mq_attr attr;

	if (mq_getattr(queue, &attr) == -1)
		return -1;
	*messages = attr.mq_curmsgs;
	*room = attr.mq_maxmsg;
	return 0;
}

/* The name is free at once. Whoever has the queue open keeps it, and waits on. */
static int
destroy(const char *name)
{
	return mq_unlink(name);
}

int
main(int argc, char **argv)
{
	static const struct mechanism posix = { "NAME",	 create, find,	 send,
						receive, state,	 destroy };

	return command_main(argc, argv, &posix);
}
