/* poll without time limit on a pipe that stays empty. */
#define _GNU_SOURCE
#include <err.h>
#include <poll.h>
#include <unistd.h>

int
main(void)
{
	int ends[2];
	if (pipe(ends) == -1)
		err(1, "pipe");
	struct pollfd p = { .fd = ends[0], .events = POLLIN };
	if (poll(&p, 1, -1) == -1)
		err(1, "poll");
	return 0;
}
