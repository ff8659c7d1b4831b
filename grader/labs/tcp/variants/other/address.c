/* fcntl instead of flags of socket; goto for the clean-up; after EINTR a new socket. */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tcp.h"

int
listen_at(const struct addrinfo *a)
{
	static const int yes = 1;
	int fd = socket(a->ai_family, a->ai_socktype, 0), cause;

	if (fd < 0)
		return -1;
	if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		goto fail;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(fd, a->ai_addr, a->ai_addrlen) < 0)
		goto fail;
	if (listen(fd, 128) < 0)
		goto fail;
	return fd;
fail:
	cause = errno;
	close(fd);
	errno = cause;
	return -1;
}

int
connect_to(const struct addrinfo *list)
{
	int fd = -1, cause = EADDRNOTAVAIL;

	while (list != NULL && fd == -1) {
		fd = socket(list->ai_family, list->ai_socktype, 0);
		if (fd == -1 ||
		    connect(fd, list->ai_addr, list->ai_addrlen) == -1) {
			cause = errno;
			if (fd != -1)
				close(fd);
			fd = -1;
			if (cause == EINTR)
				continue; // with a new socket
		}
		list = list->ai_next;
	}
	errno = cause;
	return fd;
}
