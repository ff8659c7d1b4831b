/* Waits for a file that nobody is there to make. */
#define _GNU_SOURCE
#include <err.h>
#include <poll.h>
#include <sys/inotify.h>

int
main(void)
{
	int fd = inotify_init1(IN_CLOEXEC);
	if (fd == -1 || inotify_add_watch(fd, ".", IN_CREATE) == -1)
		err(1, "inotify");
	struct pollfd p = { .fd = fd, .events = POLLIN };
	if (poll(&p, 1, -1) == -1)
		err(1, "poll");
	return 0;
}
