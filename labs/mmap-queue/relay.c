/*
 * One child sends the numbers 1 to COUNT through a ring, another prints them.
 *
 *	./relay COUNT
 *
 * Look at: `strace -fc -e futex ./relay 100000 > /dev/null` counts how often
 * a child had to wait or to wake the other.
 */
#include "ring.h"
#include <err.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>

static void
produce(struct ring *ring, int count)
{
	struct message message;

	for (int i = 1; i <= count; i++) {
		message.length =
		    snprintf(message.text, sizeof(message.text), "%d", i);
		if (ring_send(ring, &message) == -1)
			err(1, "producer");
	}
}

static void
consume(struct ring *ring, int count)
{
	struct message message;

	for (int i = 1; i <= count; i++) {
		if (ring_receive(ring, &message) == -1)
			err(1, "consumer");
		if (message.length > MESSAGE_MAX)
			errx(1, "consumer: message %d is damaged", i);
		printf("%.*s\n", (int)message.length, message.text);
	}
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
}

static pid_t
start(void (*work)(struct ring *, int), struct ring *ring, int count)
{
	pid_t pid = fork();

	if (pid == 0) {
		work(ring, count);
		exit(0);
	}
	return pid;
}

int
main(int argc, char *argv[])
{
	struct ring *ring;
	pid_t child[2], pid;
	int status, failed = 0;

	if (argc != 2)
		errx(2, "usage: relay COUNT");
	int count = queue_number(argv[1], INT_MAX);

	ring = mmap(NULL, sizeof(*ring), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (ring == MAP_FAILED)
		err(1, "mmap");
	child[0] = start(produce, ring, count);
	child[1] = child[0] == -1 ? -1 : start(consume, ring, count);
	if (child[1] == -1) {
		warn("fork");
		if (child[0] > 0)
			kill(child[0], SIGKILL);
		failed = 1;
	}
	// If one fails, the other would wait for ever: end it, too.
	while ((pid = wait(&status)) != -1 || errno == EINTR) {
		if (pid == -1)
			continue;
		int i = pid == child[1];

		child[i] = 0;
		if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
			continue;
		failed = 1;
		if (child[1 - i] > 0)
			kill(child[1 - i], SIGKILL);
	}
	return failed;
}
