#include <err.h>
#include <stdio.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	struct shmid_ds ds;
	int id = shmget(IPC_PRIVATE, sizeof(int), 0600);
	int *one = shmat(id, NULL, 0), *two = shmat(id, NULL, 0);

	if (id == -1 || one == (int *)-1 || two == (int *)-1)
		err(1, "shmget or shmat");
	if (fork() == 0) {
		shmctl(id, IPC_STAT, &ds);
		printf("%lu attached\n", ds.shm_nattch);
		fflush(stdout);
		shmctl(id, IPC_RMID, NULL);
		*one = 42;
		_exit(0);
	}
	wait(NULL);
	shmctl(id, IPC_STAT, &ds);
	printf("%lu attached\n", ds.shm_nattch);
	printf("the number is %d\n", *two);
	return 0;
}
