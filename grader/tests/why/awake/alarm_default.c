/* alarm ends a read, by death. */
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
	alarm(1);
	if (read(ends[0], &c, 1) == -1)
		err(1, "read");
	return 0;
}
