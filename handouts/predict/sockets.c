#include <err.h>
#include <stdio.h>
#include <sys/socket.h>

static void
talk(const char *name, int type)
{
	char buf[2];
	ssize_t n;
	int pair[2];

	if (socketpair(AF_UNIX, type, 0, pair) == -1)
		err(1, "socketpair");
	send(pair[0], "one", 3, 0);
	send(pair[0], "two", 3, 0);
	printf("%s:", name);
	while ((n = recv(pair[1], buf, sizeof(buf), MSG_DONTWAIT)) > 0)
		printf(" %.*s", (int)n, buf);
	printf("\n");
}

int
main(void)
{
	talk("stream", SOCK_STREAM);
	talk("datagram", SOCK_DGRAM);
	return 0;
}
