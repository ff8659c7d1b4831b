/* Clients that the server never accepts. */
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
	int s = socket(AF_UNIX, SOCK_STREAM, 0);
	if (s == -1 || bind(s, at, sizeof a) == -1)
		err(1, "bind");
	if (listen(s, 0) == -1)
		err(1, "listen");
	for (int i = 0; i < 5; i++) {
		int c = socket(AF_UNIX, SOCK_STREAM, 0);
		if (c == -1 || connect(c, at, sizeof a) == -1)
			err(1, "connect");
	}
	return 0;
}
