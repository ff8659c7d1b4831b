/* The same file locked through two openings. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

int
main(void)
{
	for (int i = 0; i < 2; i++) {
		int fd = open("lock", O_RDWR | O_CREAT, 0600);
		if (fd == -1 || flock(fd, LOCK_EX) == -1)
			err(1, "flock");
	}
	return 0;
}
