/* As poll, but the list is long, and all others in it are left out (-1). */
#define _GNU_SOURCE
#include <err.h>
#include <poll.h>
#include <unistd.h>

enum { LIST = 300 };

int
main(void)
{
	struct pollfd list[LIST];
	int ends[2];
	if (pipe(ends) == -1)
		err(1, "pipe");
	for (int i = 0; i < LIST; i++)
		list[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	list[LIST - 1].fd = ends[0];
	if (poll(list, LIST, -1) == -1)
		err(1, "poll");
	return 0;
}
