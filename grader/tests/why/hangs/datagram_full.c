/* A datagram queue that nobody reads. */
#define _GNU_SOURCE
#include <err.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int
main(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX,
				 .sun_path = "./echo.sock" };
	struct sockaddr *at = (struct sockaddr *)&a;
	int s = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (s == -1 || bind(s, at, sizeof a) == -1)
		err(1, "bind");
	int out = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (out == -1)
		err(1, "socket");
	for (int i = 0; i < 100000; i++)
		if (sendto(out, "x", 1, 0, at, sizeof a) == -1)
			err(1, "sendto");
	return 0;
}
