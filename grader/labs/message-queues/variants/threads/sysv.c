/*
 * sysv.c - messages by priority in a System V message queue.
 *
 *	./sysv FILE create N | send [-n] PRIORITY TEXT |
 *		receive [-n] [PRIORITY] | drain | stat | remove
 *
 * FILE is any file that exists: the key is made from it. Compare this file with
 * posix.c, function by function.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/msg.h>

#include "queue.h"

/* The key's project: another program has another key for the same FILE. */
#define PROJECT 'Q'

/* A message as the kernel takes it. Its type is at least 1. */
struct typed {
	long type;
	char text[TEXT_MAX];
};

static int
find(const char *file)
{
	return msgget(key_of(file, PROJECT), 0);
}

/* The kernel counts bytes, not messages: `room` of full length. */
static int
create(const char *file, long room)
{
	struct msqid_ds ds;
	int flags = IPC_CREAT | IPC_EXCL | QUEUE_MODE;
	int id = msgget(key_of(file, PROJECT), flags);

	if (id == -1)
		return -1;
	if (msgctl(id, IPC_STAT, &ds) == 0) {
		ds.msg_qbytes = (unsigned long)room * TEXT_MAX;
		if (msgctl(id, IPC_SET, &ds) == 0)
			return id;
	}
	int why = errno;
	msgctl(id, IPC_RMID, NULL);
	errno = why;
	return -1;
}

/*
 * Gap 1: send `message`.
 *
 * While there is no room for it, waits, or, if `wait` is false, fails with
 * EAGAIN. Returns 0, or -1 as queue.h says. The types are a contract with other
 * programs: the most urgent message has type 1, one of priority 0 the type 32.
 * Trap: the size that msgsnd(2) is told is not that of the struct.
 */
static int
send(int id, const struct message *message, bool wait)
{
	struct typed letter = { .type = PRIORITY_MAX + 1 -
					(long)message->priority };
	int result;

	memcpy(letter.text, message->text, message->length);
	do
		result =
		    msgsnd(id, &letter, message->length, wait ? 0 : IPC_NOWAIT);
	while (result == -1 && errno == EINTR);
	return result;
}

/* What a thread of its own does, so that no signal reaches it. */
struct job {
	int id, priority;
	bool wait;
	struct message *message;
	int result, why;
};

static void *
work(void *arg)
{
	struct job *job = arg;
	struct typed t;
	ssize_t n = msgrcv(job->id, &t, sizeof t.text,
			   job->priority < 0 ? -32 : 32 - job->priority,
			   job->wait ? 0 : IPC_NOWAIT);

	job->why = errno;
	job->result = n < 0 ? -1 : 0;
	if (n >= 0) {
		job->message->length = (size_t)n;
		job->message->priority = (unsigned)(32 - t.type);
		memcpy(job->message->text, t.text, (size_t)n);
	}
	return NULL;
}

/*
 * Gap 2: take the oldest message of `priority`; or, for ANY, the oldest of
 * those that are most urgent. Other types than send's are left alone.
 *
 * While there is none, waits, or, if `wait` is false, fails with ENOMSG. Fills
 * in `*message`. Returns 0, or -1 as queue.h says: E2BIG if the message is longer
 * than TEXT_MAX, and it stays in the queue, whole.
 * Trap: which one msgrcv(2) takes is said by a number, and by its sign.
 */
static int
receive(int id, int priority, struct message *message, bool wait)
{
	struct job job = { id, priority, wait, message, 0, 0 };
	sigset_t all, old;
	pthread_t thread;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	int error = pthread_create(&thread, NULL, work, &job);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (error != 0) {
		errno = error;
		return -1;
	}
	pthread_join(thread, NULL);
	errno = job.why;
	return job.result;
}

static int
state(int id, long *messages, long *room)
{
	struct msqid_ds ds;

	if (msgctl(id, IPC_STAT, &ds) == -1)
		return -1;
	*messages = (long)ds.msg_qnum;
	*room = (long)(ds.msg_qbytes / TEXT_MAX);
	return 0;
}

/* The queue is gone at once, and whoever waits in it is woken: EIDRM. */
static int
destroy(const char *file)
{
	int id = find(file);

	return id == -1 ? -1 : msgctl(id, IPC_RMID, NULL);
}

int
main(int argc, char **argv)
{
	static const struct mechanism sysv = { "FILE",	create, find,	send,
					       receive, state,	destroy };

	return command_main(argc, argv, &sysv);
}
