/* A child that has polled, naps, is stopped meanwhile, and goes on: the registers
 * hold what poll was given. */
#define _GNU_SOURCE
#include "../stopped.h"

#include <poll.h>
#include <time.h>

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
		const struct timespec nap = { .tv_nsec = 900000000 };

		close(fd[1]); // so that poll returns
		poll(&p, 1, -1);
		return nanosleep(&nap, NULL);
	}
	close(fd[1]);
	stop_asleep(child);
	return 0;
}
