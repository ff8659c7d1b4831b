/* A condition that nobody signals. */
#define _GNU_SOURCE
#include <err.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	struct {
		pthread_mutex_t mutex;
		pthread_cond_t cond;
	} *m = mmap(NULL, sizeof *m, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_t shared;
	pthread_condattr_t cond_shared;
	if (m == MAP_FAILED)
		err(1, "mmap");
	pthread_mutexattr_init(&shared);
	pthread_mutexattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&m->mutex, &shared);
	pthread_condattr_init(&cond_shared);
	pthread_condattr_setpshared(&cond_shared, PTHREAD_PROCESS_SHARED);
	pthread_cond_init(&m->cond, &cond_shared);
	pthread_mutex_lock(&m->mutex);
	pthread_cond_wait(&m->cond, &m->mutex);
	return 0;
}
