/* A FIFO that its reader holds open for both. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int
main(void)
{
	char c;
	if (mkfifo("req", 0600) == -1)
		err(1, "mkfifo");
	int fd = open("req", O_RDWR);
	if (fd == -1)
		err(1, "open");
	if (read(fd, &c, 1) == -1)
		err(1, "read");
	return 0;
}
