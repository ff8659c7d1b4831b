/* select on a pipe that stays empty. */
#define _GNU_SOURCE
#include <err.h>
#include <sys/select.h>
#include <unistd.h>

int
main(void)
{
	int ends[2];
	if (pipe(ends) == -1)
		err(1, "pipe");
	fd_set set;
	FD_ZERO(&set);
	FD_SET(ends[0], &set);
	if (select(ends[0] + 1, &set, NULL, NULL, NULL) == -1)
		err(1, "select");
	return 0;
}
