/* A grandchild goes on, with its parent's output; the reader waits for the end. */
#include <err.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	int fd[2];
	char c;

	if (pipe(fd) == -1)
		err(1, "pipe");
	if (fork() == 0) {
		dup2(fd[1], STDOUT_FILENO);
		close(fd[0]);
		close(fd[1]);
		if (fork() == 0)
			pause();
		_exit(0);
	}
	close(fd[1]);
	wait(NULL);
	return read(fd[0], &c, 1) != 0;
}
