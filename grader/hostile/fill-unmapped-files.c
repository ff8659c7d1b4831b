/*
 * Fills files that have no name, maps the last page of each, without touching it,
 * and closes them: no descriptor shows them, and no page is resident anywhere.
 *
 * Lab: hello
 * Expect: LIMIT
 * Marks: 10
 * Seconds: 120
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BYTES = 48 << 20, FILES = 48 }; /* 2.25 GiB */

int
main(void)
{
	int n = 0;

	for (; n < FILES; n++) {
		int fd = memfd_create("gone", 0);

		if (fd == -1 || fallocate(fd, 0, 0, BYTES) == -1)
			break;
		if (mmap(NULL, 1, PROT_NONE, MAP_SHARED, fd, BYTES - 4096) ==
		    MAP_FAILED)
			break;
		close(fd);
	}
	sleep(1);
	if (n == FILES)
		puts("breach: 2.25 GiB in files that are closed");
	pause();
}
