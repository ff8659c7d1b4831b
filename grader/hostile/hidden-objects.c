/*
 * Leaves objects in /dev/shm and files in /tmp under names that lists leave
 * out or print wrongly, and folders with something in them.
 *
 * Lab: hello
 * Expect: LEAK
 * Marks: 10
 * Seconds: 60
 * Open: plain
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
leave(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	if (fd != -1)
		close(fd);
}

int
main(void)
{
	char path[300] = "/dev/shm/";

	leave("/dev/shm/.hidden");
	leave("/dev/shm/\n\033[2J");
	memset(path + strlen(path), 'x', 250);
	leave(path);
	mkdir("/dev/shm/folder", 0700);
	leave("/dev/shm/folder/file");
	leave("/tmp/\n-rf");
	return 3;
}
