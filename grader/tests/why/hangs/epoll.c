/* epoll on a pipe that stays empty. */
#define _GNU_SOURCE
#include <err.h>
#include <sys/epoll.h>
#include <unistd.h>

int
main(void)
{
	int ends[2];
	if (pipe(ends) == -1)
		err(1, "pipe");
	struct epoll_event e = { .events = EPOLLIN };
	int set = epoll_create1(0);
	if (set == -1 || epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &e) == -1)
		err(1, "epoll");
	if (epoll_wait(set, &e, 1, -1) == -1)
		err(1, "epoll_wait");
	return 0;
}
