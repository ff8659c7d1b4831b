/* A client reads before the server has accepted. */
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
	char byte;
	if (listen(s, 5) == -1)
		err(1, "listen");
	int c = socket(AF_UNIX, SOCK_STREAM, 0);
	if (c == -1 || connect(c, at, sizeof a) == -1)
		err(1, "connect");
	if (read(c, &byte, 1) == -1)
		err(1, "read");
	return 0;
}
