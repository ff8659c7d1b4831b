/* Solaris threads on top of POSIX threads: see thread.h. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include "thread.h"

int
thr_create(void *stack, size_t size, void *(*start)(void *), void *arg,
	   long flags, thread_t *id)
{
	pthread_attr_t attr;
	pthread_t thread;
	int problem = 0;

	if (flags & THR_SUSPENDED)
		return EINVAL;
	pthread_attr_init(&attr);
	if (flags & (THR_DETACHED | THR_DAEMON))
		pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	if (stack != NULL)
		problem = pthread_attr_setstack(&attr, stack, size);
	else if (size > 0)
		problem = pthread_attr_setstacksize(&attr, size);
	if (problem == 0)
		problem = pthread_create(&thread, &attr, start, arg);
	if (problem == 0 && id != NULL)
		*id = thread;
	pthread_attr_destroy(&attr);
	return problem;
}

int
thr_join(thread_t id, thread_t *departed, void **status)
{
	int problem = pthread_join(id, status);

	if (problem == 0 && departed != NULL)
		*departed = id;
	return problem;
}

void
thr_exit(void *status)
{
	pthread_exit(status);
}

thread_t
thr_self(void)
{
	return pthread_self();
}

void
thr_yield(void)
{
	sched_yield();
}

int
thr_kill(thread_t id, int sig)
{
	return pthread_kill(id, sig);
}

int
thr_sigsetmask(int how, const sigset_t *set, sigset_t *old)
{
	return pthread_sigmask(how, set, old);
}

// A hint on Solaris. Here every thread is the kernel's, so nothing is to be
// done.
int
thr_setconcurrency(int level)
{
	return level < 0 ? EINVAL : 0;
}

size_t
thr_min_stack(void)
{
	return (size_t)sysconf(_SC_THREAD_STACK_MIN);
}
