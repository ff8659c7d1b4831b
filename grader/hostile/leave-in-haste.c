/*
 * Makes so many files that it takes long to remove them, and then is stopped for its
 * output: whoever stops it must not lose patience before all is removed.
 *
 * Lab: hello
 * Expect: LIMIT TIMEOUT
 * Marks: 10
 * Seconds: 120
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
main(void)
{
	static char block[65536];
	char path[64];

	for (int i = 0; i < 120000; i++) {
		if (i % 1000 == 0) {
			snprintf(path, sizeof(path), "d%d", i / 1000);
			mkdir(path, 0755);
		}
		snprintf(path, sizeof(path), "d%d/%d", i / 1000, i);
		if (mknod(path, S_IFREG | 0600, 0) == -1)
			break;
	}
	memset(block, 'x', sizeof(block));
	for (;;)
		if (write(STDOUT_FILENO, block, sizeof(block)) <= 0)
			return 0;
}
