/* Takes the end of a pipe for "nothing yet". */
#include <err.h>
#include <unistd.h>

int
main(void)
{
	int fd[2];
	char c;

	if (pipe(fd) == -1)
		err(1, "pipe");
	close(fd[1]);
	while (read(fd[0], &c, 1) != 1)
		;
	return 0;
}
