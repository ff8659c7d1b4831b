/*
 * Solaris threads on top of POSIX threads: see thread.h. There a thread_t is a
 * small number, which programs print and use as an index; so it is here. The
 * main thread has 1. What is not such a number is taken for a pthread_t.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "thread.h"

struct numbered { // a thread that has a number
	struct numbered *next;
	thread_t number;
	pthread_t thread;
	void *(*start)(void *);
	void *arg;
	bool detached; // nobody will join it
	bool joinable; // it was made by thr_create
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct numbered *threads;
static thread_t last = 1; // that of the main thread
static pthread_key_t at_exit;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
forget(struct numbered *self)
{
	struct numbered **link = &threads;

	while (*link != self)
		link = &(*link)->next;
	*link = self->next;
	free(self);
}

// A thread with a number ends. One that may be joined keeps it until then.
static void
thread_ends(void *arg)
{
	struct numbered *self = arg;

	pthread_mutex_lock(&lock);
	if (self->detached || !self->joinable)
		forget(self);
	pthread_mutex_unlock(&lock);
}

static void
make_key(void)
{
	if (pthread_key_create(&at_exit, thread_ends) != 0)
		abort();
}

// Gives a number to a thread. Called with the lock.
static void
add(struct numbered *self, thread_t number)
{
	self->number = number;
	self->next = threads;
	threads = self;
}

static struct numbered *
find(thread_t number)
{
	struct numbered *thread = threads;

	while (thread != NULL && thread->number != number)
		thread = thread->next;
	return thread;
}

// The thread of this number, which is a pthread_t if there is no such number.
static pthread_t
thread_of(thread_t number)
{
	struct numbered *found;
	pthread_t thread = (pthread_t)number;

	pthread_mutex_lock(&lock);
	found = find(number);
	if (found != NULL)
		thread = found->thread;
	pthread_mutex_unlock(&lock);
	return thread;
}

static void *
begin(void *arg)
{
	struct numbered *self = arg;

	pthread_setspecific(at_exit, self);
	return self->start(self->arg);
}

int
thr_create(void *stack, size_t size, void *(*start)(void *), void *arg,
	   long flags, thread_t *id)
{
	struct numbered *self;
	pthread_attr_t attr;
	int problem = 0;

	if (flags & THR_SUSPENDED)
		return EINVAL;
	pthread_once(&once, make_key);
	self = calloc(1, sizeof(*self));
	if (self == NULL)
		return ENOMEM;
	self->start = start;
	self->arg = arg;
	self->joinable = true;
	self->detached = flags & (THR_DETACHED | THR_DAEMON);
	pthread_attr_init(&attr);
	if (self->detached)
		pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	if (stack != NULL)
		problem = pthread_attr_setstack(&attr, stack, size);
	else if (size > 0)
		problem = pthread_attr_setstacksize(&attr, size);
	pthread_mutex_lock(&lock);
	add(self, ++last);
	if (problem == 0)
		problem = pthread_create(&self->thread, &attr, begin, self);
	if (problem != 0)
		forget(self);
	else if (id != NULL)
		*id = last;
	pthread_mutex_unlock(&lock);
	pthread_attr_destroy(&attr);
	return problem;
}

int
thr_join(thread_t id, thread_t *departed, void **status)
{
	struct numbered *found;
	int problem = pthread_join(thread_of(id), status);

	if (problem != 0)
		return problem;
	pthread_mutex_lock(&lock);
	found = find(id);
	if (found != NULL && found->joinable)
		forget(found);
	pthread_mutex_unlock(&lock);
	if (departed != NULL)
		*departed = id;
	return 0;
}

void
thr_exit(void *status)
{
	pthread_exit(status);
}

thread_t
thr_self(void)
{
	struct numbered *self;

	pthread_once(&once, make_key);
	self = pthread_getspecific(at_exit);
	if (self != NULL)
		return self->number;
	// It was not made by thr_create.
	self = calloc(1, sizeof(*self));
	if (self == NULL)
		return (thread_t)pthread_self();
	self->thread = pthread_self();
	pthread_mutex_lock(&lock);
	add(self, gettid() == getpid() ? 1 : ++last);
	pthread_mutex_unlock(&lock);
	pthread_setspecific(at_exit, self);
	return self->number;
}

void
thr_yield(void)
{
	sched_yield();
}

int
thr_kill(thread_t id, int sig)
{
	return pthread_kill(thread_of(id), sig);
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
