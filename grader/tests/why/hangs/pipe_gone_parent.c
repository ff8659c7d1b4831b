/* The child that was to read has ended; the parent, which writes, keeps a copy. */
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
	if (fork() == 0)
		_exit(0);
	wait(NULL);
	return write(fd[1], text, sizeof text) == -1;
}
