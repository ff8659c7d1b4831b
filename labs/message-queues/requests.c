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
	char more; /* by which one shows that it is longer than a body */
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
	// TODO 4
	(void)queue, (void)request;
	errno = ENOSYS;
	return -1;
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
	// TODO 4
	(void)queue, (void)request, (void)record;
	(void)post;
	errno = ENOSYS;
	return -1;
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
