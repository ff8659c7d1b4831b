/* A semaphore that nobody posts. */
#define _GNU_SOURCE
#include <err.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	sem_t *sem = mmap(NULL, sizeof *sem, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (sem == MAP_FAILED || sem_init(sem, 1, 0) == -1)
		err(1, "semaphore");
	pid_t child = fork();
	if (child == -1)
		err(1, "fork");
	if (child == 0) {
		if (sem_wait(sem) == -1)
			err(1, "sem_wait");
		return 0;
	}

	if (wait(NULL) == -1)
		err(1, "wait");
	return 0;
}
