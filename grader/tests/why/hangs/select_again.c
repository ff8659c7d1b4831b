/* The time-out of the first select has emptied the set of the second. */
#include <err.h>
#include <sys/select.h>
#include <unistd.h>

int
main(void)
{
	int fd[2];
	fd_set set;
	struct timeval limit = { .tv_usec = 1000 };

	if (pipe(fd) == -1)
		err(1, "pipe");
	FD_ZERO(&set);
	FD_SET(fd[0], &set);
	select(fd[0] + 1, &set, NULL, NULL, &limit);
	return select(fd[0] + 1, &set, NULL, NULL, NULL) == -1;
}
