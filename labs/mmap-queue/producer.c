/*
 * Sends messages into the queue in FILE, each argument or, if there is none,
 * each line of standard input. Makes the queue if FILE is not there.
 *
 *	./producer FILE MESSAGE...
 *	./producer [-p PRODUCERS] [-t SECONDS] FILE [MESSAGE...]
 *
 * -p says how many producers there will be in all (by default 1): consumers
 * come to the end when that many have left. -t limits each wait.
 *
 * Look at: join before the first message, leave after the last, whatever
 * happens between. A producer that does not leave keeps the consumers waiting.
 */
#define _GNU_SOURCE
#include "queue.h"
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PRODUCERS_MAX 1000
#define SECONDS_MAX   3600

static const char *path;
static int limit;
static int refused; // something was not sent

/*
 * Sends the next message. Returns 0, even when it is too long and only that one
 * is lost; -1 when it makes no sense to go on.
 */
static int
send_one(struct queue *q, const char *text, size_t length)
{
	static unsigned long number;

	number++;
	if (queue_send(q, text, length, limit) == 0)
		return 0;
	refused = 1;
	if (errno == EMSGSIZE) {
		warnx("message %lu refused: %zu bytes, at most %d fit", number,
		      length, MESSAGE_MAX);
		return 0;
	}
	queue_warn(path, "free slot", limit);
	return -1;
}

static void
send_lines(struct queue *q)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	while ((length = getline(&line, &size, stdin)) != -1) {
		if (line[length - 1] == '\n')
			length--;
		if (send_one(q, line, length) == -1)
			break;
	}
	if (ferror(stdin)) {
		warn("standard input");
		refused = 1;
	}
	free(line);
}

static void
join(struct queue *q, int producers)
{
	if (queue_join(q, producers, limit) == 0)
		return;
	if (errno == EINVAL)
		errx(1, "%s: made for -p %u, not -p %d", path, q->producers,
		     producers);
	if (errno == EUSERS)
		errx(1, "%s: every producer has joined already", path);
	queue_warn(path, "lock", limit);
	exit(1);
}

int
main(int argc, char *argv[])
{
	struct queue *q;
	int option, producers = 1;

	while ((option = getopt(argc, argv, "+p:t:")) != -1) {
		if (option == 'p')
			producers = queue_number(optarg, PRODUCERS_MAX);
		else if (option == 't')
			limit = queue_number(optarg, SECONDS_MAX);
		else
			return 2;
	}
	if (optind == argc)
		errx(2, "usage: producer [-p PRODUCERS] [-t SECONDS] FILE "
			"[MESSAGE...]");
	path = argv[optind++];
	queue_create(path, producers);
	q = queue_open(path);
	join(q, producers);
	if (optind == argc)
		send_lines(q);
	for (int i = optind; i < argc; i++)
		if (send_one(q, argv[i], strlen(argv[i])) == -1)
			break;
	if (queue_leave(q, limit) == -1) {
		queue_warn(path, "lock", limit);
		refused = 1;
	}
	queue_close(q);
	return refused;
}
