/*
 * ports: addresses and ports, for the programs of the lab.
 *
 * Look at: what depends on the family: nothing but the place of the port.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tcp.h"

int
port_number(const char *text)
{
	size_t digits = strspn(text, "0123456789");
	int port = digits >= 1 && digits <= 5 ? atoi(text) : -1;

	return text[digits] == '\0' && port <= 65535 ? port : -1;
}

struct addrinfo *
addresses_of(const char *host, const char *port)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list;
	int error = getaddrinfo(host, port, &hints, &list);

	if (error != 0)
		errx(1, "%s %s: %s", host ? host : "loopback", port,
		     gai_strerror(error));
	return list;
}

static in_port_t *
port_of(struct sockaddr *a)
{
	if (a->sa_family == AF_INET6)
		return &((struct sockaddr_in6 *)a)->sin6_port;
	return &((struct sockaddr_in *)a)->sin_port;
}

/*
 * Listens at these addresses, as many as the machine has. If *port is 0 the kernel
 * chooses at the first. Returns how many, or -1 with errno set.
 */
static int
listen_at_all(struct addrinfo *list, int *port, int fds[FAMILIES])
{
	int n = 0;

	for (struct addrinfo *a = list; a != NULL && n < FAMILIES;
	     a = a->ai_next) {
		socklen_t size = a->ai_addrlen;

		*port_of(a->ai_addr) = htons((in_port_t)*port);
		fds[n] = listen_at(a);
		if (fds[n] == -1 && errno != EAFNOSUPPORT &&
		    errno != EADDRNOTAVAIL) {
			int saved = errno;

			while (n > 0)
				close(fds[--n]);
			errno = saved;
			return -1;
		}
		if (fds[n] == -1)
			continue;
		if (getsockname(fds[n++], a->ai_addr, &size) == -1)
			err(1, "getsockname");
		*port = ntohs(*port_of(a->ai_addr));
	}
	return n > 0 ? n : -1;
}

int
listen_on(int *port, int fds[FAMILIES])
{
	struct addrinfo *list = addresses_of(NULL, "0");
	int n, asked = *port, tries = 0;

	/* A port that is free in one family may be in use in the other. */
	do {
		*port = asked;
		n = listen_at_all(list, port, fds);
	} while (n == -1 && errno == EADDRINUSE && asked == 0 && ++tries < 20);
	if (n == -1)
		err(1, "port %d", asked);
	freeaddrinfo(list);
	return n;
}
