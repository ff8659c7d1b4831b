/* A thread that never ends. */
#define _GNU_SOURCE
#include <err.h>
#include <pthread.h>
#include <unistd.h>

static void *
idle(void *unused)
{
	pause();
	return unused;
}

int
main(void)
{
	pthread_t t;
	if (pthread_create(&t, NULL, idle, NULL) != 0)
		errx(1, "pthread_create");
	pthread_join(t, NULL);
	return 0;
}
