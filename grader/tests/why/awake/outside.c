/* Reads standard input, whose writer is outside. */
#define _GNU_SOURCE
#include <err.h>
#include <unistd.h>

int
main(void)
{
	char c;
	if (read(0, &c, 1) == -1)
		err(1, "read");
	return 0;
}
