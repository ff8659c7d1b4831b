/* Another thread holds the mutex when this one forks. */
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static sem_t taken, done;

static void *
work(void *unused)
{
	pthread_mutex_lock(&guard);
	sem_post(&taken);
	sem_wait(&done);
	pthread_mutex_unlock(&guard);
	return unused;
}

int
main(void)
{
	pthread_t thread;

	sem_init(&taken, 0, 0);
	sem_init(&done, 0, 0);
	if (pthread_create(&thread, NULL, work, NULL) != 0)
		return 1;
	sem_wait(&taken);
	if (fork() == 0) {
		pthread_mutex_lock(&guard);
		_exit(0);
	}
	sem_post(&done);
	pthread_join(thread, NULL);
	wait(NULL);
	return 0;
}
