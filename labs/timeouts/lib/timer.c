/*
 * timer: the clock, the timer and the numbers of nap and deadline.
 */
#define _GNU_SOURCE
#include "timeouts.h"
#include <ctype.h>
#include <err.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

#define SECOND 1000000LL /* in microseconds */

long
number(const char *name, const char *text, long min, long max)
{
	char *end;
	long value = strtol(text, &end, 10); /* out of range: LONG_MAX */

	if (!isdigit((unsigned char)*text) || *end != '\0' || value < min ||
	    value > max)
		errx(2, "%s is a number from %ld to %ld, not '%s'", name, min,
		     max, text);
	return value;
}

long long
now(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t) == -1)
		err(1, "clock_gettime");
	return t.tv_sec * SECOND + t.tv_nsec / 1000;
}

long
left(long long end)
{
	long long us = end - now();

	return us > 0 ? (us + 999) / 1000 : 0;
}

void
arm(long long us, long long every)
{
	const struct itimerval value = {
		.it_value = { us / SECOND, us % SECOND },
		.it_interval = { every / SECOND, every % SECOND },
	};

	if (setitimer(ITIMER_REAL, &value, NULL) == -1)
		err(1, "setitimer");
}

/* One that is about to ring has a microsecond at least. */
long long
disarm(long long *every)
{
	static const struct itimerval off;
	struct itimerval old;

	if (setitimer(ITIMER_REAL, &off, &old) == -1)
		err(1, "setitimer");
	*every = old.it_interval.tv_sec * SECOND + old.it_interval.tv_usec;
	return old.it_value.tv_sec * SECOND + old.it_value.tv_usec;
}
