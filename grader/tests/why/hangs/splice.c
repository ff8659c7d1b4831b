/* A call of which only the name is told. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <unistd.h>

int
main(void)
{
	int from[2], to[2];

	if (pipe(from) == -1 || pipe(to) == -1)
		err(1, "pipe");
	splice(from[0], NULL, to[1], NULL, 1, 0);
	return 0;
}
