/*
 * Fills files that have no name (memfd_create): resident in no process.
 *
 * Lab: hello
 * Expect: LIMIT
 * Marks: 10
 * Seconds: 120
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static char block[1 << 20];

enum { BYTES = 32 << 20, FUSE = 128 }; /* 4 GiB */

int
main(void)
{
	int n = 0;

	for (; n < FUSE; n++) {
		int fd = memfd_create("fill", 0);
		if (fd == -1)
			break;
		for (int i = 0; i < BYTES >> 20; i++)
			if (write(fd, block, sizeof(block)) == -1)
				break;
	}
	if (n == FUSE)
		puts("breach: 4 GiB");
	for (;;)
		pause();
}
