/*
 * Reads one page in every two megabytes of an endless mapping: nothing is
 * resident but the page tables. (Where a page costs much, its time may be over before.)
 *
 * Lab: hello
 * Expect: LIMIT TIMEOUT
 * Marks: 10
 * Seconds: 120
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { STEP = 2 << 20, FUSE = 512 << 10 }; /* 2 GiB of page tables */

int
main(void)
{
	int n = 0;
	char *volatile at =
	    mmap(NULL, (size_t)STEP * FUSE, PROT_READ,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		return 3;
	madvise(at, (size_t)STEP * FUSE, MADV_NOHUGEPAGE);
	for (; n < FUSE; n++)
		(void)*(volatile char *)(at + (size_t)n * STEP);
	puts("breach: 2 GiB of page tables");
	for (;;)
		pause();
}
