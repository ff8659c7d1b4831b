/* A thread computes while the others wait. */
#define _GNU_SOURCE
#include <err.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

/* CPU time, so that a busy machine does not shorten it. */
static void *
compute(void *unused)
{
	struct timespec used;

	do
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
	while (used.tv_sec == 0 && used.tv_nsec < 500000000);
	return unused;
}

int
main(void)
{
	pthread_t t;
	if (pthread_create(&t, NULL, compute, NULL) != 0)
		errx(1, "pthread_create");
	pthread_join(t, NULL);
	return 0;
}
