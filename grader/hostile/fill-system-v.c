/*
 * Fills System V segments and lets go of them: resident in no process, and
 * bounded by nothing in a user namespace.
 *
 * Lab: hello
 * Expect: LIMIT HANG
 * Marks: 10
 * Seconds: 120
 */
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <unistd.h>

enum { BYTES = 32 << 20, FUSE = 64 }; /* 2 GiB */

int
main(void)
{
	int n = 0;

	for (; n < FUSE; n++) {
		int id = shmget(IPC_PRIVATE, BYTES, 0600);
		char *at = id == -1 ? (void *)-1 : shmat(id, NULL, 0);
		if (at == (void *)-1)
			break;
		memset(at, 1, BYTES);
		shmdt(at);
	}
	if (n == FUSE)
		puts("breach: 2 GiB of System V memory");
	for (;;)
		pause();
}
