/* Writes a lot, and makes a call for each byte. */
#include <err.h>
#include <fcntl.h>
#include <unistd.h>

int
main(void)
{
	int fd = open("/dev/null", O_WRONLY);

	if (fd == -1)
		err(1, "/dev/null");
	while (write(fd, "x", 1) == 1)
		;
	return 0;
}
