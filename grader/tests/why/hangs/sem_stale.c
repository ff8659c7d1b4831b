/* With an argument: ends while it has the semaphore. Then without one. */
#include <err.h>
#include <fcntl.h>
#include <semaphore.h>

int
main(int argc, char **argv)
{
	sem_t *lock = sem_open("/stale", O_CREAT, 0600, 1);

	(void)argv;
	if (lock == SEM_FAILED)
		err(1, "sem_open");
	sem_wait(lock);
	if (argc > 1)
		return 0;
	sem_post(lock);
	return sem_unlink("/stale");
}
