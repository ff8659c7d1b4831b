/* Three semaphores: each of three processes has one, and wants the next. */
#define _GNU_SOURCE
#include <err.h>
#include <stddef.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FORKS = 3 };

int
main(void)
{
	struct sembuf up[] = { { 0, 1, 0 }, { 1, 1, 0 }, { 2, 1, 0 } };
	int taken[2], go[2];
	int set = semget(IPC_PRIVATE, FORKS, 0600);
	char c;

	if (set == -1 || semop(set, up, FORKS) == -1 || pipe(taken) == -1 ||
	    pipe(go) == -1)
		err(1, "semget");
	for (unsigned short i = 0; i < FORKS; i++) {
		struct sembuf own = { i, -1, 0 };
		struct sembuf next = { (i + 1) % FORKS, -1, 0 };
		pid_t child = fork();
		if (child == -1)
			err(1, "fork");
		if (child > 0)
			continue;
		if (semop(set, &own, 1) == -1 || write(taken[1], "", 1) == -1 ||
		    read(go[0], &c, 1) == -1)
			err(1, "philosopher");
		semop(set, &next, 1);
		return 0;
	}
	for (int i = 0; i < FORKS; i++)
		if (read(taken[0], &c, 1) == -1)
			err(1, "read");
	if (write(go[1], "...", FORKS) == -1)
		err(1, "write");
	while (wait(NULL) != -1)
		continue;
	return 0;
}
