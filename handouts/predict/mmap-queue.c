#include <err.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static sem_t here; /* shared between processes, says sem_init */

int
main(void)
{
	int a, b;
	sem_t *there = mmap(NULL, sizeof(*there), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (there == MAP_FAILED || sem_init(&here, 1, 0) == -1 ||
	    sem_init(there, 1, 0) == -1)
		err(1, "semaphores");
	if (fork() == 0) {
		sem_post(&here);
		sem_post(there);
		_exit(0);
	}
	wait(NULL);
	sem_getvalue(&here, &a);
	sem_getvalue(there, &b);
	printf("here %d, there %d\n", a, b);
	return 0;
}
