/*
 * posix.c: with the calls that have a time limit: one that is over does not wait.
 */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <string.h>
#include <time.h>

#include "queue.h"

static const struct timespec over = { 0, 0 };

static int
find(const char *name)
{
	return mq_open(name, O_RDWR);
}

static int
create(const char *name, long room)
{
	struct mq_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.mq_msgsize = TEXT_MAX;
	attr.mq_maxmsg = room;
	mqd_t queue = mq_open(name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC,
			      QUEUE_MODE, &attr);
	if (queue == (mqd_t)-1)
		return -1;
	mq_close(queue);
	return 0;
}

static int
send(int queue, const struct message *m, bool wait)
{
	for (;;) {
		if (wait &&
		    mq_send(queue, m->text, m->length, m->priority) == 0)
			return 0;
		if (!wait && mq_timedsend(queue, m->text, m->length,
					  m->priority, &over) == 0)
			return 0;
		if (errno == ETIMEDOUT)
			errno = EAGAIN;
		if (errno != EINTR)
			return -1;
	}
}

static int
receive(int queue, int priority, struct message *m, bool wait)
{
	struct mq_attr attr;
	ssize_t n = -1;

	errno = ENOTSUP;
	if (priority != ANY || mq_getattr(queue, &attr) == -1)
		return -1;
	if (attr.mq_msgsize > TEXT_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	for (errno = EINTR; n == -1 && errno == EINTR;)
		n = wait ? mq_receive(queue, m->text, sizeof(m->text),
				      &m->priority)
			 : mq_timedreceive(queue, m->text, sizeof(m->text),
					   &m->priority, &over);
	if (n == -1) {
		if (errno == ETIMEDOUT)
			errno = EAGAIN;
		return -1;
	}
	m->length = (size_t)n;
	return 0;
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
