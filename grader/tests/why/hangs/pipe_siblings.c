/* Three workers; all pipes are made before the first fork. */
#include <err.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKERS = 3 };

int
main(void)
{
	int fd[WORKERS][2];
	pid_t pid[WORKERS];
	char c;

	for (int i = 0; i < WORKERS; i++)
		if (pipe(fd[i]) == -1)
			err(1, "pipe");
	for (int i = 0; i < WORKERS; i++) {
		pid[i] = fork();
		if (pid[i] == 0) {
			close(fd[i][1]);
			while (read(fd[i][0], &c, 1) == 1)
				;
			_exit(0);
		}
	}
	for (int i = 0; i < WORKERS; i++) {
		close(fd[i][1]);
		waitpid(pid[i], NULL, 0);
	}
	return 0;
}
