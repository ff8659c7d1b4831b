/*
 * Fills message queues, System V and POSIX, with empty and with large
 * messages.
 *
 * Lab: hello
 * Expect: LEAK LIMIT
 * Marks: 10
 * Seconds: 120
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/msg.h>

enum { QUEUES = 200, MESSAGES = 20000 };

int
main(void)
{
	struct {
		long type;
		char text[8192];
	} message = { .type = 1 };
	char name[32];

	for (int i = 0; i < QUEUES; i++) {
		int id = msgget(IPC_PRIVATE, 0600), n = 0;
		if (id == -1)
			break;
		while (n < MESSAGES &&
		       msgsnd(id, &message, i % 2 ? 0 : 8000, IPC_NOWAIT) == 0)
			n++;
	}
	for (int i = 0; i < QUEUES; i++) {
		snprintf(name, sizeof(name), "/fill%d", i);
		mq_open(name, O_RDWR | O_CREAT | O_NONBLOCK, 0600, NULL);
	}
	return 3;
}
