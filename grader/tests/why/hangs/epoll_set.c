/* An epoll with another in it, and a socket of which only the end would count. */
#define _GNU_SOURCE
#include <err.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static void
add(int set, int fd, unsigned events)
{
	struct epoll_event e = { .events = events };

	if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &e) == -1)
		err(1, "epoll_ctl");
}

int
main(void)
{
	int ends[2], both[2];
	if (pipe(ends) == -1 || socketpair(AF_UNIX, SOCK_STREAM, 0, both) == -1)
		err(1, "pipe, socketpair");
	int inner = epoll_create1(0), outer = epoll_create1(0);
	struct epoll_event e;
	add(inner, ends[0], EPOLLIN);
	add(outer, inner, EPOLLIN);
	add(outer, both[0], EPOLLRDHUP);
	if (epoll_wait(outer, &e, 1, -1) == -1)
		err(1, "epoll_wait");
	return 0;
}
