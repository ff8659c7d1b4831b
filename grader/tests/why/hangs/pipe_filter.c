/* sort answers at the end of its input; the write end stays open. */
#define _GNU_SOURCE
#include <err.h>
#include <unistd.h>

int
main(void)
{
	int to[2], from[2];
	char c;

	if (pipe(to) == -1 || pipe(from) == -1)
		err(1, "pipe");
	if (fork() == 0) {
		dup2(to[0], STDIN_FILENO);
		dup2(from[1], STDOUT_FILENO);
		close_range(3, ~0U, 0);
		execlp("sort", "sort", (char *)NULL);
		_exit(127);
	}
	close(to[0]);
	close(from[1]);
	if (write(to[1], "b\na\n", 4) != 4)
		err(1, "write");
	return read(from[0], &c, 1) != 1;
}
