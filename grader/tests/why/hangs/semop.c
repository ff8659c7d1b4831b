/* A semaphore set that nobody raises. */
#define _GNU_SOURCE
#include <err.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	struct sembuf down = { .sem_num = 1, .sem_op = -1 };
	int set = semget(IPC_PRIVATE, 2, 0600);
	if (set == -1)
		err(1, "semget");
	if (semop(set, &down, 1) == -1)
		err(1, "semop");
	return 0;
}
