/*
 * What nap and deadline share. Where a call fails that should not, these end
 * the program with a message and status 1.
 */
#ifndef TIMEOUTS_H
#define TIMEOUTS_H

/* lib/timer.c */

/* `text` as a number from `min` to `max`. Exits with 2 if it is not one. */
long number(const char *name, const char *text, long min, long max);

/* Microseconds on a clock that nobody sets: only differences mean something. */
long long now(void);

/* Milliseconds until now() is `end`, rounded up; 0 if that is over. */
long left(long long end);

/*
 * SIGALRM comes in `us` microseconds, then again every `every`; 0: once. With
 * `us` 0 the timer is off. This is alarm(2), but for its unit: a process has one
 * such timer, and setting it overwrites what it was set to.
 */
void arm(long long us, long long every);

/*
 * Turns the timer off. Returns in how many microseconds SIGALRM would have come,
 * 0 if it was off; *every is its interval.
 */
long long disarm(long long *every);

/*
 * naps.c: three ways to sleep `ms` milliseconds, 1 or more. Each returns 0 when
 * they are over; or, when the handler of another signal has run, at once, with
 * the milliseconds that were left.
 */
long nap_naive(long ms);
long nap_jump(long ms);
long nap_suspend(long ms);

#endif
