/*
 * Cuts a mapping into as many pieces as a process may have, in as many processes
 * as there may be: not a page is resident, but the kernel remembers each piece.
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

enum { PIECES = 65000, PAGE = 4096, PROCESSES = 120 };

int
main(void)
{
	int n = 0;
	char *at = mmap(NULL, (size_t)PIECES * PAGE, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		return 3;
	for (int i = 0; i < PIECES; i += 2)
		mprotect(at + (size_t)i * PAGE, PAGE, PROT_READ);
	for (; n < PROCESSES; n++) {
		pid_t pid = fork();
		if (pid == -1)
			break;
		if (pid == 0)
			for (;;)
				pause();
	}
	sleep(2);
	if (n == PROCESSES)
		puts("breach: 7 million mappings");
	for (;;)
		pause();
}
