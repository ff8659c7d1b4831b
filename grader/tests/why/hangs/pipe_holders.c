/*
 * The parent and a second child both keep the write end of what the first reads;
 * with an argument the reader does, too.
 */
#include <sys/wait.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	int fd[2];
	char byte;

	if (pipe(fd) == -1)
		return 1;
	if (fork() == 0) {
		if (argc == 1 || argv[1] == NULL)
			close(fd[1]);
		read(fd[0], &byte, 1);
		_exit(0);
	}
	close(fd[0]);
	if (fork() == 0) {
		pause();
		_exit(0);
	}
	wait(NULL);
	return 0;
}
