/* Nobody reads, but the connection itself has a limit for that. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int
main(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof a;
	unsigned limit = 1000;
	char *bytes = calloc(1, 1 << 20);

	int listener = socket(AF_INET, SOCK_STREAM, 0);
	int client = socket(AF_INET, SOCK_STREAM, 0);
	if (!bytes || bind(listener, (struct sockaddr *)&a, size) == -1 ||
	    listen(listener, 1) == -1 ||
	    getsockname(listener, (struct sockaddr *)&a, &size) == -1 ||
	    connect(client, (struct sockaddr *)&a, size) == -1 ||
	    accept(listener, NULL, NULL) == -1 ||
	    setsockopt(client, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit,
		       sizeof limit) == -1)
		err(1, "a connection");
	while (send(client, bytes, 1 << 20, MSG_NOSIGNAL) > 0)
		;
	return 0;
}
