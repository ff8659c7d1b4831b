/* A FIFO that nobody opens for writing. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int
main(void)
{
	if (mkfifo("req", 0600) == -1)
		err(1, "mkfifo");
	if (open("req", O_RDONLY) == -1)
		err(1, "open");
	return 0;
}
