/* The child reads, the parent keeps the write end and waits. */
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
	char c;
	if (child == 0) {
		close(ends[1]);
		if (read(ends[0], &c, 1) == -1)
			err(1, "read");
		return 0;
	}
	close(ends[0]);
	if (wait(NULL) == -1)
		err(1, "wait");
	return 0;
}
