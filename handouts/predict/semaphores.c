#include <err.h>
#include <stdio.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	short flags[3][2] = { { SEM_UNDO, SEM_UNDO },
			      { SEM_UNDO, 0 },
			      { 0, SEM_UNDO } };
	int id = semget(IPC_PRIVATE, 1, 0600);

	if (id == -1)
		err(1, "semget");
	for (int i = 0; i < 3; i++) {
		struct sembuf take = { 0, -1, flags[i][0] };
		struct sembuf give = { 0, 1, flags[i][1] };

		semctl(id, 0, SETVAL, 1);
		if (fork() == 0) {
			semop(id, &take, 1);
			semop(id, &give, 1);
			_exit(0);
		}
		wait(NULL);
		printf("%d\n", semctl(id, 0, GETVAL));
	}
	return semctl(id, 0, IPC_RMID);
}
