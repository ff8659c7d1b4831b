/*
 * Fills the working directory, /tmp and /dev/shm with bytes, and with empty
 * files. Without namespaces only the size of one file is bounded.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 10
 * Seconds: 120
 * Open: uid plain
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum {
	FUSE = 200 << 20, /* bytes: more than a box may have */
	FILES = 12000,
};

static void
fill(const char *folder)
{
	static char block[1 << 20];
	char path[300];
	long bytes = 0;
	int files = 0, fd;

	for (; files < FILES && bytes < FUSE; files++) {
		snprintf(path, sizeof(path), "%s/fill%d", folder, files);
		fd = open(path, O_WRONLY | O_CREAT, 0600);
		if (fd == -1)
			break;
		for (int i = 0; i < 50 && bytes < FUSE; i++) {
			ssize_t n = write(fd, block, sizeof(block));
			if (n <= 0)
				break;
			bytes += n;
		}
		close(fd);
	}
	if (bytes >= FUSE || files >= FILES)
		printf("breach: %s: %d files, %ld MB\n", folder, files,
		       bytes >> 20);
	for (int i = 0; i <= files; i++) {
		snprintf(path, sizeof(path), "%s/fill%d", folder, i);
		unlink(path);
	}
}

int
main(void)
{
	fill(".");
	fill("/tmp");
	fill("/dev/shm");
	return 3;
}
