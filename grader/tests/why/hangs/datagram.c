/* A datagram that never comes. */
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
	char c;
	if (recv(s, &c, 1, 0) == -1)
		err(1, "recv");
	return 0;
}
