/*
 * Takes memory and writes to all of it.
 *
 * Lab: hello
 * Expect: LIMIT
 * Marks: 10
 * Seconds: 120
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BYTES = 32 << 20, FUSE = 128 }; /* 4 GiB */

int
main(void)
{
	int n = 0;

	for (; n < FUSE; n++) {
		char *at = mmap(NULL, BYTES, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (at == MAP_FAILED)
			break;
		memset(at, 1, BYTES);
	}
	if (n == FUSE)
		puts("breach: 4 GiB");
	for (;;)
		pause();
}
