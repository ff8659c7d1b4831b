/* connect does not wait, poll does: no signal can interrupt the one, the other is made
   again. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tcp.h"

int
listen_at(const struct addrinfo *a)
{
	const int yes = 1;
	int fd = socket(a->ai_family,
			a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0 &&
	    bind(fd, a->ai_addr, a->ai_addrlen) == 0 &&
	    listen(fd, SOMAXCONN) == 0)
		return fd;
	int cause = errno;
	close(fd);
	errno = cause;
	return -1;
}

/* connect_one: a socket that is connected to a, and waits; or -1 with errno */
static int
connect_one(const struct addrinfo *a)
{
	int fd = socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK, 0),
	    cause = 0;
	struct pollfd until = { .fd = fd, .events = POLLOUT };
	socklen_t size = sizeof(cause);

	if (fd == -1)
		return -1;
	if (connect(fd, a->ai_addr, a->ai_addrlen) == -1) {
		cause = errno;
		if (cause == EINPROGRESS) {
			while (poll(&until, 1, -1) == -1 && errno == EINTR)
				;
			if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &cause,
				       &size) == -1)
				cause = errno;
		}
	}
	if (cause == 0 && fcntl(fd, F_SETFL, O_RDWR) == -1)
		cause = errno;
	if (cause == 0)
		return fd;
	close(fd);
	errno = cause;
	return -1;
}

int
connect_to(const struct addrinfo *list)
{
	int fd = -1;

	for (; list != NULL && fd == -1; list = list->ai_next)
		fd = connect_one(list);
	return fd;
}
