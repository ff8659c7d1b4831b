/* Like outside, with a write end of its own pipe beside it. */
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
	struct pollfd p[2] = { { .fd = 0, .events = POLLIN },
			       { .fd = ends[0], .events = POLLIN } };
	if (poll(p, 2, -1) == -1)
		err(1, "poll");
	return 0;
}
