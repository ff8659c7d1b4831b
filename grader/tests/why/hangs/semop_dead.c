/* A semaphore whose taker has ended. */
#define _GNU_SOURCE
#include <err.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	struct sembuf up = { 0, 1, 0 }, down = { 0, -1, 0 };
	int set = semget(IPC_PRIVATE, 1, 0600);
	if (set == -1 || semop(set, &up, 1) == -1)
		err(1, "semget");
	pid_t child = fork();
	if (child == -1)
		err(1, "fork");
	if (child == 0)
		return semop(set, &down, 1);
	if (wait(NULL) == -1)
		err(1, "wait");
	semop(set, &down, 1);
	return 0;
}
