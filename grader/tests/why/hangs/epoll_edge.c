/* Edge-triggered: one byte is read of five, and the next wait gets nothing. */
#include <err.h>
#include <sys/epoll.h>
#include <unistd.h>

int
main(void)
{
	int fd[2], set = epoll_create1(0);
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	char c;

	if (pipe(fd) == -1 || write(fd[1], "12345", 5) != 5)
		err(1, "pipe");
	epoll_ctl(set, EPOLL_CTL_ADD, fd[0], &event);
	while (epoll_wait(set, &event, 1, -1) == 1)
		if (read(fd[0], &c, 1) != 1)
			err(1, "read");
	return 0;
}
