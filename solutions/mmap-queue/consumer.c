/*
 * Takes messages out of the queue in FILE and prints each on a line, until
 * the queue is empty and its last producer has left.
 *
 *	./consumer [-n COUNT] [-t SECONDS] FILE
 *
 * It may start first: then it waits for the queue. -n stops after COUNT
 * messages. -t limits each wait.
 *
 * Look at: each message is written out before the next one is taken, so a
 * consumer that is killed loses one message at most.
 */
#include "queue.h"
#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#define SECONDS_MAX 3600

static void
print(const struct message *message)
{
	fwrite(message->text, 1, message->length, stdout);
	putchar('\n');
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
}

int
main(int argc, char *argv[])
{
	struct message message;
	struct queue *q;
	const char *path;
	int option, got = 1, limit = 0;
	unsigned long count = 0;

	while ((option = getopt(argc, argv, "n:t:")) != -1) {
		if (option == 'n')
			count = queue_number(optarg, INT_MAX);
		else if (option == 't')
			limit = queue_number(optarg, SECONDS_MAX);
		else
			return 2;
	}
	if (optind != argc - 1)
		errx(2, "usage: consumer [-n COUNT] [-t SECONDS] FILE");
	path = argv[optind];
	queue_await(path, limit);
	q = queue_open(path);
	for (unsigned long taken = 0; count == 0 || taken < count; taken++) {
		got = queue_receive(q, &message, limit);
		if (got != 1)
			break;
		print(&message);
	}
	if (got == -1)
		queue_warn(path, "message", limit);
	queue_close(q);
	return got == -1;
}
