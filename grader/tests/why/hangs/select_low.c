/* The first argument is the highest descriptor, and not one more. */
#include <err.h>
#include <sys/select.h>
#include <unistd.h>

int
main(void)
{
	int fd[2];
	fd_set set;

	if (pipe(fd) == -1 || write(fd[1], "x", 1) != 1)
		err(1, "pipe");
	FD_ZERO(&set);
	FD_SET(fd[0], &set);
	return select(fd[0], &set, NULL, NULL, NULL) == -1;
}
