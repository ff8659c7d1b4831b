/* Mutexes and condition variables of Solaris: see synch.h. */
#define _GNU_SOURCE
#include "synch.h"

int
mutex_init(mutex_t *mutex, int type, void *arg)
{
	pthread_mutexattr_t attr;
	int problem;

	(void)arg;
	pthread_mutexattr_init(&attr);
	if (type & USYNC_PROCESS)
		pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	problem = pthread_mutex_init(mutex, &attr);
	pthread_mutexattr_destroy(&attr);
	return problem;
}

int
mutex_destroy(mutex_t *mutex)
{
	return pthread_mutex_destroy(mutex);
}

int
mutex_lock(mutex_t *mutex)
{
	return pthread_mutex_lock(mutex);
}

int
mutex_trylock(mutex_t *mutex)
{
	return pthread_mutex_trylock(mutex);
}

int
mutex_unlock(mutex_t *mutex)
{
	return pthread_mutex_unlock(mutex);
}

int
cond_init(cond_t *cond, int type, void *arg)
{
	pthread_condattr_t attr;
	int problem;

	(void)arg;
	pthread_condattr_init(&attr);
	if (type & USYNC_PROCESS)
		pthread_condattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	problem = pthread_cond_init(cond, &attr);
	pthread_condattr_destroy(&attr);
	return problem;
}

int
cond_destroy(cond_t *cond)
{
	return pthread_cond_destroy(cond);
}

int
cond_wait(cond_t *cond, mutex_t *mutex)
{
	return pthread_cond_wait(cond, mutex);
}

int
cond_signal(cond_t *cond)
{
	return pthread_cond_signal(cond);
}

int
cond_broadcast(cond_t *cond)
{
	return pthread_cond_broadcast(cond);
}
