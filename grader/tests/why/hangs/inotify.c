/* Waits for a file that nobody is there to make, here or in the folder "new". */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>

int
main(void)
{
	int fd = inotify_init1(IN_CLOEXEC);
	if (mkdir("new", 0755) == -1 && errno != EEXIST)
		err(1, "new");
	if (fd == -1 || inotify_add_watch(fd, ".", IN_CREATE) == -1 ||
	    inotify_add_watch(fd, "new", IN_CREATE) == -1)
		err(1, "inotify");
	struct pollfd p = { .fd = fd, .events = POLLIN };
	if (poll(&p, 1, -1) == -1)
		err(1, "poll");
	return 0;
}
