/* The consumer locks first and waits then; the producer waits for the lock. */
#include <err.h>
#include <fcntl.h>
#include <semaphore.h>
#include <sys/wait.h>
#include <unistd.h>

static sem_t *
made(const char *name, unsigned value)
{
	sem_t *s = sem_open(name, O_CREAT | O_EXCL, 0600, value);

	if (s == SEM_FAILED)
		err(1, "%s", name);
	return s;
}

int
main(void)
{
	sem_t *lock = made("/lock", 1), *items = made("/items", 0);

	sem_wait(lock);
	if (fork() == 0) {
		sem_wait(lock);
		sem_post(items);
		_exit(0);
	}
	sem_wait(items);
	return 0;
}
