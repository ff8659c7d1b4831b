/* recv on a socket with SO_RCVTIMEO. */
#define _GNU_SOURCE
#include <err.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int
main(void)
{
	struct timeval limit = { .tv_sec = 1 };
	char c;
	int s[2];
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, s) == -1 ||
	    setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) ==
		-1)
		err(1, "socketpair");
	if (recv(s[0], &c, 1, 0) != -1)
		errx(1, "recv");
	return 0;
}
