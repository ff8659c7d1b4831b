/*
 * race, the lock on the state that all processes share.
 */
#define _GNU_SOURCE
#include "race.h"

#include <errno.h>
#include <sys/syscall.h>
#include <time.h>

/*
 * How long to wait for the lock: tries at full speed, then naps, in
 * microseconds.
 */
enum { SPINS = 200, NAP = 100, NAPS_MAX = 50000 };

static __thread pid_t thread; /* this thread's id; 0: not known yet */
static __thread bool accessing;

void
race_nap(long microseconds)
{
	struct timespec time = { .tv_nsec = microseconds * 1000 };

	note_syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &time, NULL);
}

/* A process that is killed while it holds the lock must not stop the others. */
bool
race_take(void)
{
	uint32_t owner;

	if (thread == 0)
		thread = note_syscall(SYS_gettid);
	for (int i = 0; i < SPINS + NAPS_MAX; i++) {
		owner = 0;
		if (__atomic_compare_exchange_n(&race_state->owner, &owner,
						thread, false, __ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED))
			return true;
		if (i < SPINS)
			continue;
		if (note_syscall(SYS_kill, owner, 0) == -1 && errno == ESRCH &&
		    __atomic_compare_exchange_n(&race_state->owner, &owner,
						thread, false, __ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED))
			return true;
		race_nap(NAP);
	}
	race_stop("a process was stopped while it held the checker's lock");
	return false;
}

void
race_give_back(void)
{
	__atomic_store_n(&race_state->owner, 0, __ATOMIC_RELEASE);
}

bool
race_lock(struct held *held)
{
	int saved = errno;
	sigset_t all;
	bool taken;

	if (!race_on())
		return false;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &held->mask);
	/*
	 * In a handler that interrupted an access, this thread has the lock
	 * already.
	 */
	held->nested = thread != 0 && race_state->owner == (uint32_t)thread;
	taken = held->nested || race_take();
	if (!taken)
		pthread_sigmask(SIG_SETMASK, &held->mask, NULL);
	errno = saved;
	return taken;
}

void
race_unlock(const struct held *held)
{
	int saved = errno;

	if (!held->nested)
		race_give_back();
	pthread_sigmask(SIG_SETMASK, &held->mask, NULL);
	errno = saved;
}

bool
race_lock_access(void)
{
	int saved = errno;

	if (!race_on() || accessing)
		return false;
	accessing = true;
	if (!race_take())
		accessing = false;
	errno = saved;
	return accessing;
}

void
race_unlock_access(void)
{
	race_give_back();
	accessing = false;
}

/* The new process has a thread of its own, which holds nothing. */
void
race_new_thread(void)
{
	thread = 0;
	accessing = false;
}
