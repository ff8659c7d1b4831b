/* Waits for a semaphore until a point in time, and looks for ETIMEDOUT in vain. */
#include <err.h>
#include <errno.h>
#include <semaphore.h>
#include <time.h>

int
main(void)
{
	sem_t sem;
	struct timespec end;
	int result;

	if (sem_init(&sem, 0, 0) == -1)
		err(1, "sem_init");
	clock_gettime(CLOCK_REALTIME, &end);
	do
		result = sem_timedwait(&sem, &end);
	while (result != 0 && result != ETIMEDOUT);
	return 0;
}
