/* sem_timedwait. */
#define _GNU_SOURCE
#include <err.h>
#include <semaphore.h>
#include <time.h>
#include <unistd.h>

int
main(void)
{
	struct timespec until;
	sem_t sem;
	sem_init(&sem, 0, 0);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;
	sem_timedwait(&sem, &until);
	return 0;
}
