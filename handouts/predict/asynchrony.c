#include <err.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

static void
look(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };
	int n = poll(&p, 1, 0);

	printf("%d:%s%s\n", n, p.revents & POLLIN ? " POLLIN" : "",
	       p.revents & POLLHUP ? " POLLHUP" : "");
}

int
main(void)
{
	int fd[2];
	char c;

	if (pipe(fd) == -1 || write(fd[1], "x", 1) != 1)
		err(1, "pipe");
	close(fd[1]);
	look(fd[0], POLLIN);
	look(fd[0], 0);
	if (read(fd[0], &c, 1) != 1)
		err(1, "read");
	look(fd[0], POLLIN);
	look(-1, POLLIN);
	return 0;
}
