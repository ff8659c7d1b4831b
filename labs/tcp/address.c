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
	// TODO 2
	(void)a;
	errno = ENOSYS;
	return -1;
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
	// TODO 2
	(void)list;
	errno = ENOSYS;
	return -1;
}
