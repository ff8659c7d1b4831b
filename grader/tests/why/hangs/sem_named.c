/* A named semaphore with the wrong start value. It is left behind. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <semaphore.h>

int
main(void)
{
	sem_t *sem = sem_open("/why-test", O_CREAT | O_EXCL, 0600, 0);
	if (sem == SEM_FAILED)
		err(1, "sem_open");
	if (sem_wait(sem) == -1)
		err(1, "sem_wait");
	return 0;
}
