/* Waits until a semaphore is 0, which is 1. */
#include <stdlib.h>
#include <sys/sem.h>

int
main(void)
{
	struct sembuf zero = { .sem_op = 0 };
	int set = semget(IPC_PRIVATE, 1, 0600);

	if (set == -1 || semctl(set, 0, SETVAL, 1) == -1)
		exit(1);
	return semop(set, &zero, 1);
}
