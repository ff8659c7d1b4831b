/*
 * Closes standard input, output and error, reads its own output back, and
 * makes it another's.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 10
 * Seconds: 60
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <unistd.h>

int
main(void)
{
	char buf[100];
	int fd = open("/proc/self/fd/1", O_RDWR | O_NONBLOCK);

	fcntl(1, F_SETOWN, 1);
	fcntl(1, F_SETFL, O_ASYNC | O_NONBLOCK);
	if (fd != -1 && write(fd, "stolen\n", 7) == 7)
		if (read(fd, buf, sizeof(buf)) == -1)
			return 4;
	close_range(0, ~0U, 0);
	return 3;
}
