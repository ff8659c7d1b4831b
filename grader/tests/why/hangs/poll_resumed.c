/* A child that polls a pipe, is stopped meanwhile, and goes on. */
#define _GNU_SOURCE
#include "../stopped.h"

#include <poll.h>

int
main(void)
{
	int fd[2];

	if (pipe(fd) == -1)
		err(1, "pipe");
	pid_t child = fork();
	if (child == -1)
		err(1, "fork");
	if (child == 0) {
		struct pollfd p = { .fd = fd[0], .events = POLLIN };

		close(fd[1]);
		return poll(&p, 1, -1);
	}
	stop_asleep(child);
	return 0;
}
