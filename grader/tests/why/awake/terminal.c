/* Reads a terminal whose master is open in the same program. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int
main(void)
{
	char c;
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	if (master == -1 || grantpt(master) == -1 || unlockpt(master) == -1)
		err(1, "posix_openpt");
	int fd = open(ptsname(master), O_RDWR | O_NOCTTY);
	if (fd == -1)
		err(1, "ptsname");
	if (read(fd, &c, 1) == -1)
		err(1, "read");
	return 0;
}
