/*
 * perturb, pause and sleeps.
 *
 * A signal may come just before pause(2) as well as during it. The first one
 * that wakes pause is treated as if it had come before: pause goes on waiting.
 * No time is involved, and a program that needs no more than its handlers to
 * run, or that waits with sigsuspend, sees no difference.
 *
 * A sleep returns at once, as if the whole time had passed: the other processes
 * might be that slow. Not so when the process's own alarm would end it first.
 */
#define _GNU_SOURCE
#include "perturb.h"

#include <errno.h>
#include <poll.h>
#include <sys/select.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

/* Longer sleeps, in seconds, mean "until a signal comes". */
enum { SLEEP_MAX = 3600 };

/* A loop of sleeps must not burn all its processor time: from then on it naps. */
enum { SKIPS_MAX = 100, SKIP_NAP = 1000 };

static const double NANO = 1e-9;
static unsigned skips;

static double
seconds_of(const struct timespec *t)
{
	return t->tv_sec + t->tv_nsec * NANO;
}

/* True if a sleep of so many seconds is to return at once. */
static bool
skip(double seconds)
{
	int saved = errno;
	struct itimerval timer;
	double left = 0;

	if (!perturb_on(NOSLEEP) || seconds <= 0 || seconds > SLEEP_MAX)
		return false;
	if (getitimer(ITIMER_REAL, &timer) == 0)
		left = timer.it_value.tv_sec + timer.it_value.tv_usec * 1e-6;
	errno = saved;
	if (left > 0 && left < seconds)
		return false;
	if (skips >= SKIPS_MAX)
		perturb_nap(SKIP_NAP);
	else
		skips++;
	return true;
}

static bool
valid(const struct timespec *t)
{
	return t != NULL && t->tv_sec >= 0 && t->tv_nsec >= 0 &&
	       t->tv_nsec < 1000000000;
}

EXPORT int
pause(void)
{
	DECLARE_NEXT(pause);
	if (perturb_on(PAUSE))
		next();
	return next();
}

EXPORT unsigned
sleep(unsigned seconds)
{
	DECLARE_NEXT(sleep);
	return skip(seconds) ? 0 : next(seconds);
}

EXPORT int
usleep(useconds_t microseconds)
{
	DECLARE_NEXT(usleep);
	return skip(microseconds * 1e-6) ? 0 : next(microseconds);
}

EXPORT int
nanosleep(const struct timespec *time, struct timespec *left)
{
	DECLARE_NEXT(nanosleep);
	if (valid(time) && skip(seconds_of(time)))
		return 0;
	return next(time, left);
}

EXPORT int
clock_nanosleep(clockid_t clock, int flags, const struct timespec *time,
		struct timespec *left)
{
	double seconds;
	struct timespec now;

	DECLARE_NEXT(clock_nanosleep);
	if (!valid(time))
		return next(clock, flags, time, left);
	seconds = seconds_of(time);
	if (flags & TIMER_ABSTIME) {
		if (clock_gettime(clock, &now) == -1)
			return next(clock, flags, time, left);
		seconds -= seconds_of(&now);
	}
	return skip(seconds) ? 0 : next(clock, flags, time, left);
}

EXPORT int
thrd_sleep(const struct timespec *time, struct timespec *left)
{
	DECLARE_NEXT(thrd_sleep);
	if (valid(time) && skip(seconds_of(time)))
		return 0;
	return next(time, left);
}

/* Without descriptors these calls are sleeps too. */

EXPORT int
poll(struct pollfd *fds, nfds_t count, int milliseconds)
{
	DECLARE_NEXT(poll);
	if (milliseconds != 0 && perturb_interrupted(-1)) {
		errno = EINTR;
		return -1;
	}
	if (count == 0 && skip(milliseconds * 1e-3))
		return 0;
	return next(fds, count, milliseconds);
}

static bool
polls(const struct timeval *time)
{
	return time != NULL && time->tv_sec == 0 && time->tv_usec == 0;
}

EXPORT int
select(int count, fd_set *readable, fd_set *writable, fd_set *except,
       struct timeval *time)
{
	DECLARE_NEXT(select);
	if (!polls(time) && perturb_interrupted(-1)) {
		errno = EINTR;
		return -1;
	}
	if (readable == NULL && writable == NULL && except == NULL &&
	    time != NULL && skip(time->tv_sec + time->tv_usec * 1e-6))
		return 0;
	return next(count, readable, writable, except, time);
}
