/* A reader that keeps its own write end. */
#define _GNU_SOURCE
#include <err.h>
#include <unistd.h>

int
main(void)
{
	int ends[2];
	if (pipe(ends) == -1)
		err(1, "pipe");
	char c;
	if (read(ends[0], &c, 1) == -1)
		err(1, "read");
	return 0;
}
