/*
 * address: how a server gets an address, and a client there, by IPv4 or IPv6.
 *
 * Look at: what getaddrinfo leaves to do.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tcp.h"

/*
 * Gap 2: listen at this address.
 *
 * Returns a socket that listens, does not block (without a client accept fails with
 * EAGAIN) and is closed by exec; or -1 with errno set, and no descriptor stays open. A
 * hundred clients can wait to be accepted.
 * Trap: connections outlive their server by a minute, and keep its port.
 */
int
listen_at(const struct addrinfo *a)
{
	// BEGIN SOLUTION 2
	int fd, saved, on = 1;

	fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
		    a->ai_protocol);
	if (fd == -1)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	    bind(fd, a->ai_addr, a->ai_addrlen) == 0 &&
	    listen(fd, SOMAXCONN) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
	// STUB (void)a;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 2
}

/*
 * Gap 2: connect to the first of these addresses (one or more) where somebody listens.
 *
 * Returns a socket; or -1 with the last errno, and no descriptor stays open.
 * Trap: a host has addresses of both families, and the server perhaps one.
 */
int
connect_to(const struct addrinfo *list)
{
	// BEGIN SOLUTION 2
	for (; list != NULL; list = list->ai_next) {
		int fd = socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC,
				list->ai_protocol);
		int result;

		if (fd == -1)
			continue;
		do
			result = connect(fd, list->ai_addr, list->ai_addrlen);
		while (result == -1 && errno == EINTR);
		if (result == 0)
			return fd;
		int saved = errno;
		close(fd);
		errno = saved;
	}
	return -1;
	// STUB (void)list;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 2
}
