/*
 * The clocks and the semaphores as the student's functions see them: made up, so
 * that no wait takes its time, others act at each call, and calls fail as they
 * are told to. See meanwhile.c.
 */
#include "others.h"

/* ---- the clocks */

static int64_t
nanoseconds(const struct timespec *t)
{
	return t->tv_sec * SECOND + t->tv_nsec;
}

static int64_t
base_of(clockid_t clock)
{
	bool real_time = clock == CLOCK_REALTIME ||
			 clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI;

	return real_time ? REALTIME : MONOTONIC;
}

int
clock_gettime(clockid_t clock, struct timespec *t)
{
	int64_t now = base_of(clock) + passed;

	*t = (struct timespec){ now / SECOND, now % SECOND };
	return 0;
}

int
timespec_get(struct timespec *t, int base)
{
	clock_gettime(CLOCK_REALTIME, t);
	return base;
}

int
gettimeofday(struct timeval *restrict t, void *restrict zone)
{
	struct timespec now;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &now);
	*t = (struct timeval){ now.tv_sec, now.tv_nsec / 1000 };
	return 0;
}

time_t
time(time_t *t)
{
	time_t now = (REALTIME + passed) / SECOND;

	if (t != NULL)
		*t = now;
	return now;
}

/*
 * A deadline is a point in time. It may count from where the function began or
 * from the wait, or in whole seconds; it may not move when the wait is begun
 * again.
 */
static void
check_deadline(const sem_t *sem, const struct timespec *t, clockid_t clock)
{
	int64_t deadline = nanoseconds(t) - base_of(clock);
	int64_t slack = t->tv_nsec == 0 ? SECOND : 0;

	if (limit == 0 && deadline < passed + LONG_LIMIT)
		complain("it waits for %s with a limit, and none was given",
			 name_of(sem));
	if (limit == 0)
		return;
	if (deadline < passed)
		complain("its wait for %s is to end within %d s, and it gives "
			 "a point in time %lld s ago",
			 name_of(sem), limit,
			 (long long)((passed - deadline) / SECOND));
	if (latest != 0 && deadline > latest)
		complain("its wait for %s begins anew after a signal: the "
			 "deadline moves",
			 name_of(sem));
	if (deadline < began + limit * SECOND - slack ||
	    deadline > passed + limit * SECOND + slack)
		complain("its wait for %s is to end within %d s, and it gives "
			 "a point in time %.1f s from now",
			 name_of(sem), limit,
			 (double)(deadline - passed) / SECOND);
}

/* ---- the semaphores, as the student's functions see them */

static int
fail(int number)
{
	errno = number;
	return -1;
}

/* Takes one off if that goes without a wait. */
static bool
take(sem_t *sem)
{
	if (sem == dead || real_try(sem) == -1)
		return false;
	latest = 0;
	takes++;
	keep_head();
	if (sem == &q->lock) {
		check_untouched();
		has_lock = true;
	} else {
		act();
	}
	return true;
}

/* A wait, which may last until the deadline; for ever, if that is NULL. */
static int
wait_shown(sem_t *sem, const struct timespec *deadline, clockid_t clock)
{
	check_head();
	if (sem == &q->lock && has_lock)
		complain("it waits for the lock, which it holds itself");
	if (deadline != NULL)
		check_deadline(sem, deadline, clock);
	else if (limit != 0)
		complain("it waits for %s for ever, and was given a limit of "
			 "%d s",
			 name_of(sem), limit);
	act();
	if (sem == broken)
		return fail(EINVAL);
	if (interrupts > 0 && takes >= waits_before) {
		interrupts--;
		if (deadline != NULL)
			latest = nanoseconds(deadline) - base_of(clock);
		passed += SECOND;
		return fail(EINTR);
	}
	if (take(sem))
		return 0;
	if (sem != dead && !has_lock &&
	    (sem == &q->items ? produce() : consume()) && take(sem))
		return 0;
	if (sem != dead)
		complain("it waits for %s%s: nobody can post it any more",
			 name_of(sem),
			 has_lock ? " while it holds the lock" : "");
	return fail(ETIMEDOUT);
}

static int
await(sem_t *sem, const struct timespec *deadline, clockid_t clock)
{
	int result;

	show();
	result = wait_shown(sem, deadline, clock);
	hide();
	return result;
}

static int
post_shown(sem_t *sem)
{
	int result;

	check_head();
	if (is_to_fail(++posts)) {
		snprintf(failed_names + strlen(failed_names),
			 sizeof(failed_names) - strlen(failed_names), "%s%s",
			 failed == NULL ? "" : ", ", name_of(sem));
		failed = sem;
		failed_calls |= 1u << (posts - 1);
		lock_failed |= sem == &q->lock;
		return fail(EOVERFLOW);
	}
	if (sem == &q->lock && !has_lock)
		complain("it gives back the lock, and does not hold it");
	if (sem == &q->lock) {
		check_changes();
		keep();
		has_lock = false;
	}
	result = real_post(sem);
	keep_head();
	act();
	errno = POST_ERRNO;
	return result;
}

int
sem_post(sem_t *sem)
{
	int result;

	if (!watching)
		return real_post(sem);
	show();
	result = post_shown(sem);
	hide();
	return result;
}

int
sem_wait(sem_t *sem)
{
	return await(sem, NULL, 0);
}

int
sem_timedwait(sem_t *sem, const struct timespec *deadline)
{
	return await(sem, deadline, CLOCK_REALTIME);
}

int
sem_clockwait(sem_t *sem, clockid_t clock, const struct timespec *deadline)
{
	return await(sem, deadline, clock);
}

int
sem_trywait(sem_t *sem)
{
	int result;

	show();
	act();
	if (sem == broken)
		result = fail(EINVAL);
	else
		result = take(sem) ? 0 : fail(EAGAIN);
	hide();
	return result;
}

/* A wait for time: whoever has posted meanwhile is not heard. */
static void
no_nap(void)
{
	if (watching)
		complain("it sleeps for a given time: that is polling");
}

int
usleep(useconds_t t)
{
	(void)t;
	no_nap();
	return 0;
}

int
nanosleep(const struct timespec *t, struct timespec *left)
{
	(void)t;
	(void)left;
	no_nap();
	return 0;
}

int
clock_nanosleep(clockid_t clock, int flags, const struct timespec *t,
		struct timespec *left)
{
	(void)clock;
	(void)flags;
	return nanosleep(t, left);
}

unsigned
sleep(unsigned t)
{
	(void)t;
	no_nap();
	return 0;
}

static int inits;

int
sem_init(sem_t *sem, int pshared, unsigned value)
{
	inits++;
	if (is_to_fail(inits))
		return fail(ENOSPC);
	if (pshared == 0)
		complain("%s is not shared between processes", name_of(sem));
	return real_init(sem, pshared, value);
}
