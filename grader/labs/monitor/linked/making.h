/*
 * The calls with which a monitor is made, one of which fails if it is to.
 */
#include "common.h"
#include <dlfcn.h>

/* Which of them fails, counted from 1, and how; how many were made. */
static int failing, failure, calls;
static const char *failed = ""; /* its name */

/* What was asked for when lock and condition variable were made last. */
static int lock_shared, lock_robust, more_shared;

static int
fails(const char *function)
{
	if (++calls != failing)
		return 0;
	failed = function;
	return 1;
}

/* Calls the C library's function of that name, unless this call is to fail. */
#define STAND_IN(function, type)                                        \
	static int (*real_##function)(type *);                          \
	int function(type *a)                                           \
	{                                                               \
		return fails(#function) ? failure : real_##function(a); \
	}
#define STAND_IN_SET(function, type)                                           \
	static int (*real_##function)(type *, int);                            \
	int function(type *a, int value)                                       \
	{                                                                      \
		return fails(#function) ? failure : real_##function(a, value); \
	}

STAND_IN(pthread_mutexattr_init, pthread_mutexattr_t)
STAND_IN(pthread_condattr_init, pthread_condattr_t)
STAND_IN_SET(pthread_mutexattr_setpshared, pthread_mutexattr_t)
STAND_IN_SET(pthread_mutexattr_setrobust, pthread_mutexattr_t)
STAND_IN_SET(pthread_condattr_setpshared, pthread_condattr_t)

typedef int mutex_init(pthread_mutex_t *, const pthread_mutexattr_t *);
typedef int cond_init(pthread_cond_t *, const pthread_condattr_t *);
static mutex_init *real_mutex_init;
static cond_init *real_cond_init;

int
pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *a)
{
	int shared = PTHREAD_PROCESS_PRIVATE, robust = PTHREAD_MUTEX_STALLED;

	if (a != NULL) {
		pthread_mutexattr_getpshared(a, &shared);
		pthread_mutexattr_getrobust(a, &robust);
	}
	if (fails(__func__))
		return failure;
	lock_shared = shared == PTHREAD_PROCESS_SHARED;
	lock_robust = robust == PTHREAD_MUTEX_ROBUST;
	return real_mutex_init(m, a);
}

int
pthread_cond_init(pthread_cond_t *restrict c,
		  const pthread_condattr_t *restrict a)
{
	int shared = PTHREAD_PROCESS_PRIVATE;

	if (a != NULL)
		pthread_condattr_getpshared(a, &shared);
	if (fails(__func__))
		return failure;
	more_shared = shared == PTHREAD_PROCESS_SHARED;
	return real_cond_init(c, a);
}

#define FIND(function) \
	(*(void **)&real_##function = dlsym(RTLD_NEXT, #function))

/* Before anything is made. */
static void
find_functions(void)
{
	// There is an older one of this name, with another structure.
	void *cond = dlvsym(RTLD_NEXT, "pthread_cond_init", "GLIBC_2.3.2");

	if (cond == NULL)
		cond = dlsym(RTLD_NEXT, "pthread_cond_init");
	real_cond_init = (cond_init *)cond;
	real_mutex_init = (mutex_init *)dlsym(RTLD_NEXT, "pthread_mutex_init");
	FIND(pthread_mutexattr_init);
	FIND(pthread_condattr_init);
	FIND(pthread_mutexattr_setpshared);
	FIND(pthread_mutexattr_setrobust);
	FIND(pthread_condattr_setpshared);
}
