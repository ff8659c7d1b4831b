/* The reader has ended, and the parent still holds a copy of its end. */
#include <err.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	int fd[2];
	static const char text[100000];

	if (pipe(fd) == -1)
		err(1, "pipe");
	pid_t writer = fork();
	if (writer == 0) {
		close(fd[0]);
		_exit(write(fd[1], text, sizeof text) == -1);
	}
	if (fork() == 0)
		_exit(0);
	waitpid(writer, NULL, 0);
	return 0;
}
