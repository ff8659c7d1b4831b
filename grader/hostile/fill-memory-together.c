/*
 * Many processes take a little memory each, some of it shared.
 *
 * Lab: hello
 * Expect: LIMIT
 * Marks: 10
 * Seconds: 120
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BYTES = 40 << 20, PROCESSES = 100 };

int
main(void)
{
	for (int i = 0; i < PROCESSES; i++) {
		if (fork() != 0)
			continue;
		char *at = mmap(
		    NULL, BYTES, PROT_READ | PROT_WRITE,
		    (i % 2 ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS, -1, 0);
		if (at != MAP_FAILED)
			memset(at, 1, BYTES);
		break;
	}
	for (;;)
		pause();
}
