/*
 * requests.c - a record that many processes use and one keeps: the others send
 * it messages, and there is no lock.
 *
 *	./requests FILE serve | read | write TEXT | stop
 *
 * One queue for all: look at the types.
 */
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/msg.h>
#include <unistd.h>

#include "queue.h"

/* The type of all requests, a number that is nobody's process id. */
#define REQUEST INT_MAX

/* A request, and its reply: the record as it is then. */
struct body {
	pid_t client;		 /* who asks: 1 or more, not REQUEST */
	int write;		 /* 1: replace the text; 0: only read */
	unsigned long writes;	 /* in the record: how many there have been */
	char text[TEXT_MAX + 1]; /* with its '\0' */
};

struct letter {
	long type; /* REQUEST; of a reply: the client's process id */
	struct body body;
	char more; /* by which one shows that is longer than a body */
};

/* Sends `body`. Returns 0, or -1 as queue.h says. */
static int
post(int queue, long type, const struct body *body)
{
	struct letter letter = { .type = type, .body = *body };
	int result;

	do
		result = msgsnd(queue, &letter, sizeof(letter.body), 0);
	while (result == -1 && errno == EINTR);
	return result;
}

/*
 * Gap 4: the server takes the oldest request, and waits while there is none.
 *
 * Returns 1, with `*request` filled in; 0 if what came is no request: too short,
 * too long, a text without its '\0', a client that can have no reply. It is
 * gone from the queue then. Returns -1 as queue.h says.
 * Trap: the same queue has replies in it.
 */
static int
take(int queue, struct body *request)
{
	struct letter letter;
	ssize_t got;

	do
		got = msgrcv(queue, &letter, sizeof(letter.body) + 1, REQUEST,
			     MSG_NOERROR);
	while (got == -1 && errno == EINTR);
	if (got == -1)
		return -1;
	if (got != sizeof(letter.body) ||
	    !memchr(letter.body.text, 0, sizeof(letter.body.text)) ||
	    letter.body.client < 1 || letter.body.client == REQUEST)
		return 0;
	*request = letter.body;
	return 1;
}

/* What a thread of its own does, so that no signal reaches it. */
struct job {
	int queue;
	long type;
	struct body *record;
	int result, why;
};

static void *
work(void *arg)
{
	struct job *job = arg;
	struct letter letter;
	ssize_t n = msgrcv(job->queue, &letter, sizeof(letter.body), job->type,
			   MSG_NOERROR);

	job->why = errno;
	job->result = n < 0 ? -1 : 0;
	if (n >= 0)
		*job->record = letter.body;
	return NULL;
}

/*
 * Gap 4, too: a client sends `request`, and waits for the reply.
 *
 * Returns 0, with the reply in `*record`, or -1 as queue.h says.
 * Traps: other clients wait for theirs in the same queue; and one that had our
 * process id may have been killed before it took its reply.
 */
static int
ask(int queue, const struct body *request, struct body *record)
{
	struct job job = { queue, request->client, record, 0, 0 };
	char junk[sizeof(long) + 1];
	pthread_t thread;
	sigset_t all, old;

	while (msgrcv(queue, junk, 1, request->client,
		      IPC_NOWAIT | MSG_NOERROR) >= 0)
		continue;
	if (errno != ENOMSG)
		return -1;
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	int error = pthread_create(&thread, NULL, work, &job);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (error != 0) {
		errno = error;
		return -1;
	}
	if (post(queue, REQUEST, request) == -1) {
		int why = errno;
		pthread_cancel(thread);
		pthread_join(thread, NULL);
		errno = why;
		return -1;
	}
	pthread_join(thread, NULL);
	errno = job.why;
	return job.result;
}

/* Keeps the record. Returns when it cannot go on, with the reason in errno. */
static void
serve(int queue)
{
	struct body record = { .text = "" }, request;
	int what;

	while ((what = take(queue, &request)) != -1) {
		if (what == 0) {
			warnx("what is no request is dropped");
			continue;
		}
		if (request.write) {
			record.writes++;
			strcpy(record.text, request.text);
		}
		if (post(queue, request.client, &record) == -1)
			return;
	}
}

/* A read; a write, if there is a `text`. Returns 0, or -1 with errno set. */
static int
request(int queue, const char *text)
{
	struct body record, body = { .client = getpid(), .write = !!text };

	strcpy(body.text, text ? text : "");
	if (ask(queue, &body, &record) == -1)
		return -1;
	printf("%lu: %s\n", record.writes, record.text);
	return 0;
}

int
main(int argc, char **argv)
{
	return requests_main(argc, argv, serve, request);
}
