#include <err.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	int fd[2];
	pid_t child;

	if (pipe(fd) == -1 || (child = fork()) == -1)
		err(1, "pipe or fork");
	if (child == 0)
		for (;;)
			pause();
	close(fd[1]);

	struct pollfd end = { .fd = fd[0] };
	printf("%d\n", poll(&end, 1, 0));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	printf("%d\n", poll(&end, 1, 0));
	return 0;
}
