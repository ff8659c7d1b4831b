/* A byte that another process has locked, and keeps. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <unistd.h>

static void
lock(int fd, int byte)
{
	struct flock l = { .l_type = F_WRLCK, .l_start = byte, .l_len = 1 };

	if (fcntl(fd, F_SETLKW, &l) == -1)
		err(1, "fcntl");
}

int
main(void)
{
	int ready[2];
	if (pipe(ready) == -1)
		err(1, "pipe");
	char c;
	int fd = open("lock", O_RDWR | O_CREAT, 0600);
	if (fd == -1)
		err(1, "open");
	pid_t child = fork();
	if (child == -1)
		err(1, "fork");
	lock(fd, child == 0);
	if (child == 0) {
		if (write(ready[1], "", 1) == -1)
			err(1, "write");
		pause();
	}
	if (read(ready[0], &c, 1) == -1)
		err(1, "read");
	lock(fd, 1);
	return 0;
}
