/* A handler locks what the code that it interrupted has locked. */
#include <pthread.h>
#include <signal.h>

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;

static void
handler(int sig)
{
	(void)sig;
	pthread_mutex_lock(&guard);
	pthread_mutex_unlock(&guard);
}

int
main(void)
{
	signal(SIGUSR2, handler);
	pthread_mutex_lock(&guard);
	raise(SIGUSR2);
	pthread_mutex_unlock(&guard);
	return 0;
}
