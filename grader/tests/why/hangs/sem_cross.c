/* Two semaphores as locks, in one mapping, taken crosswise. */
#include <err.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <unistd.h>

int
main(void)
{
	sem_t *s = mmap(NULL, 4 * sizeof *s, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (s == MAP_FAILED)
		err(1, "mmap");
	/* Two locks; the other two tell that each side has taken one. */
	for (int i = 0; i < 4; i++)
		sem_init(&s[i], 1, i < 2);
	int own = fork() == 0, other = !own;
	sem_wait(&s[own]);
	sem_post(&s[2 + own]);
	sem_wait(&s[2 + other]);
	sem_wait(&s[other]);
	return 0;
}
