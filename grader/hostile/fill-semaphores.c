/*
 * Makes semaphore sets until the kernel has no memory left.
 *
 * Lab: hello
 * Expect: LIMIT HANG
 * Marks: 10
 * Seconds: 120
 */
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <unistd.h>

enum { EACH = 32000, FUSE = 1000 }; /* 2 GB of kernel memory */

int
main(void)
{
	int n = 0;

	while (n < FUSE && semget(IPC_PRIVATE, EACH, 0600) != -1)
		n++;
	if (n == FUSE)
		puts("breach: 2 GB of semaphores");
	for (;;)
		pause();
}
