/*
 * crowd ring|random: ten processes, a pipe to each, and 500 messages: once round and
 * round, or to whomever.
 */
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CROWD = 10, ROUNDS = 50 };

static int inbox[CROWD][2];

static void
send_to(int whom)
{
	if (write(inbox[whom][1], "x", 1) != 1)
		err(1, "write");
}

static void
take(int mine)
{
	char byte;

	if (read(inbox[mine][0], &byte, 1) != 1)
		err(1, "read");
}

static void
member(int me, int random)
{
	for (int i = 0; i < ROUNDS; i++) {
		if (random) {
			/* As many to each as it will take, in an order of its own. */
			send_to((me + i * (me + 3) + rand() / 7) % CROWD);
		} else {
			take(me);
			send_to((me + 1) % CROWD);
		}
	}
}

int
main(int argc, char *argv[])
{
	int random = argc == 2 && strcmp(argv[1], "random") == 0;

	if (!random && (argc != 2 || strcmp(argv[1], "ring") != 0))
		errx(2, "usage: crowd ring|random");
	for (int i = 0; i < CROWD; i++)
		if (pipe(inbox[i]) == -1)
			err(1, "pipe");
	for (int i = 0; i < CROWD - 1; i++) {
		pid_t child = fork();

		if (child == -1)
			err(1, "fork");
		if (child == 0) {
			srand((unsigned)i);
			member(i, random);
			_exit(0);
		}
	}
	if (!random)
		send_to(0);
	member(CROWD - 1, random);
	while (wait(NULL) > 0)
		;
	for (int i = 0; i < (random ? CROWD * ROUNDS : 0); i++) {
		char bytes[CROWD * ROUNDS];

		if (read(inbox[i % CROWD][0], bytes, sizeof(bytes)) <= 0)
			err(1, "read");
		if (i == CROWD - 1)
			break;
	}
	return 0;
}
