/* The other end is closed: poll says so again and again. */
#include <err.h>
#include <poll.h>
#include <unistd.h>

int
main(void)
{
	int fd[2];

	if (pipe(fd) == -1)
		err(1, "pipe");
	close(fd[1]);
	struct pollfd p = { .fd = fd[0], .events = POLLIN };
	while (poll(&p, 1, -1) != -1)
		if (p.revents & POLLIN)
			return 0;
	return 0;
}
