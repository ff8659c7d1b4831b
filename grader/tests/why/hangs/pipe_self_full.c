/* A program fills a pipe that only it could read. */
#define _GNU_SOURCE
#include <err.h>
#include <unistd.h>

int
main(void)
{
	int ends[2];
	if (pipe(ends) == -1)
		err(1, "pipe");
	static char data[100000];
	if (write(ends[1], data, sizeof data) == -1)
		err(1, "write");
	return 0;
}
