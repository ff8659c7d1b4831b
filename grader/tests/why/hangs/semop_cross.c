/* Two semaphores, taken in another order by each side. */
#define _GNU_SOURCE
#include <err.h>
#include <stddef.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	int ready[2];
	if (pipe(ready) == -1)
		err(1, "pipe");
	struct sembuf up[2] = { { 0, 1, 0 }, { 1, 1, 0 } };
	struct sembuf first = { 0, -1, 0 }, second = { 1, -1, 0 };
	char c;

	int set = semget(IPC_PRIVATE, 2, 0600);
	if (set == -1 || semop(set, up, 2) == -1)
		err(1, "semget");
	semop(set, &first, 1);
	pid_t child = fork();
	if (child == -1)
		err(1, "fork");
	if (child == 0) {
		semop(set, &second, 1);
		if (write(ready[1], "", 1) == -1)
			err(1, "write");
		semop(set, &first, 1);
		return 0;
	}
	if (read(ready[0], &c, 1) == -1)
		err(1, "read");
	semop(set, &second, 1);
	return 0;
}
