/* getchar at the end of the input: EOF each time, and no call at all. */
#include <err.h>
#include <stdio.h>
#include <unistd.h>

int
main(void)
{
	int fd[2];

	if (pipe(fd) == -1 || dup2(fd[0], STDIN_FILENO) == -1)
		err(1, "pipe");
	close(fd[0]);
	close(fd[1]);
	while (getchar() != 'q')
		;
	return 0;
}
