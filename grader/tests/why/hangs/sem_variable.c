/* A semaphore that the program has a name for. */
#include <err.h>
#include <semaphore.h>
#include <stddef.h>
#include <sys/mman.h>

static sem_t *ready;

int
main(void)
{
	ready = mmap(NULL, sizeof *ready, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (ready == MAP_FAILED)
		err(1, "mmap");
	sem_init(ready, 1, 0);
	sem_wait(ready);
	return 0;
}
