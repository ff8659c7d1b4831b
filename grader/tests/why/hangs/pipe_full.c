/* The parent waits before it reads what fills the pipe. */
#define _GNU_SOURCE
#include <err.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	int ends[2];
	if (pipe(ends) == -1)
		err(1, "pipe");
	pid_t child = fork();
	if (child == -1)
		err(1, "fork");
	static char data[100000];
	if (child == 0) {
		close(ends[0]);
		if (write(ends[1], data, sizeof data) == -1)
			err(1, "write");
		return 0;
	}
	close(ends[1]);
	if (wait(NULL) == -1)
		err(1, "wait");
	return 0;
}
