/*
 * accept waits, and nobody else is there; but a connection was asked for when
 * the backlog was full, and the kernel asks again after a second.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <sys/socket.h>
#include <unistd.h>

int
main(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof a;

	int listener = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(listener, (struct sockaddr *)&a, size) == -1 ||
	    listen(listener, 0) == -1 ||
	    getsockname(listener, (struct sockaddr *)&a, &size) == -1)
		err(1, "listen");
	for (int i = 0; i < 2; i++) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect(fd, (struct sockaddr *)&a, size);
	}
	for (int i = 0; i < 2; i++)
		if (accept(listener, NULL, NULL) == -1)
			err(1, "accept");
	return 0;
}
