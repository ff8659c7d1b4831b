/* Both ends of a TCP connection read. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

int
main(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t size = sizeof a;
	char byte;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int s = socket(AF_INET, SOCK_STREAM, 0);
	if (s == -1 || bind(s, (struct sockaddr *)&a, sizeof a) == -1 ||
	    listen(s, 5) == -1 ||
	    getsockname(s, (struct sockaddr *)&a, &size) == -1)
		err(1, "listen");
	pid_t child = fork();
	if (child == -1)
		err(1, "fork");
	int c;
	if (child == 0) {
		c = socket(AF_INET, SOCK_STREAM, 0);
		if (c == -1 || connect(c, (struct sockaddr *)&a, size) == -1)
			err(1, "connect");
	} else {
		c = accept(s, NULL, NULL);
	}
	close(s);
	if (c == -1 || read(c, &byte, 1) == -1)
		err(1, "read");
	return 0;
}
