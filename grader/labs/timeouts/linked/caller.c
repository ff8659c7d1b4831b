/*
 * A caller of nap_suspend that looks after its own timer, mask and handlers.
 *
 *	caller MS [timer=MS] [every=MS] [again=MS] [blocked] [WORD...]
 *
 * It blocks SIGUSR2, which is pending then, sets the timer for itself, takes a nap
 * and prints what came of all that; times in milliseconds, to the nearest ten.
 * `again`: its handler of SIGALRM sets the timer, to that. `blocked`: it has
 * SIGALRM blocked, too. `slow`: what sets a timer returns only when it has rung;
 * `late`: what turns it off does so only then.
 * `busy`: its handler of SIGUSR1 is at work until 1500 ms have passed; meanwhile
 * all signals are blocked. `brief`: it only tells how long it slept, and has
 * nothing pending. `second`: it has taken a nap before, which lasted its time.
 * `coarse`: clock and timer show whole ticks, so times can be equal.
 * The first call of write is that of its handler of SIGUSR1.
 */
#define _GNU_SOURCE
#include "timeouts.h"
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define TICK 10000 /* microseconds */

static int slow, late, busy, brief, second, coarse;
static long long start, rings; /* when the timer is over */
static volatile sig_atomic_t rang, rang_at, heard;
static long again;

static int
since_start(void)
{
	return (int)((now() - start + 5000) / 10000 * 10);
}

static void
sleep_until(long long end)
{
	for (long long us = end - now(); us > 0; us = end - now()) {
		const struct timespec rest = { us / 1000000,
					       us % 1000000 * 1000 };

		nanosleep(&rest, NULL);
	}
}

static void
before_timer(long long us)
{
	if (late && us == 0)
		sleep_until(rings);
}

static void
after_timer(long long us)
{
	rings = us > 0 ? now() + us + 1000 : 0;
	if (slow)
		sleep_until(rings);
}

static long long
microseconds(struct timeval t)
{
	return t.tv_sec * 1000000LL + t.tv_usec;
}

/* These stand before those of the C library. */
int
clock_gettime(clockid_t clock, struct timespec *t)
{
	int result = syscall(SYS_clock_gettime, clock, t);

	if (coarse) {
		long long us = t->tv_sec * 1000000LL + t->tv_nsec / 1000;

		us -= (us - start) % TICK;
		t->tv_sec = us / 1000000;
		t->tv_nsec = us % 1000000 * 1000;
	}
	return result;
}

int
setitimer(__itimer_which_t which, const struct itimerval *new,
	  struct itimerval *old)
{
	long long us = microseconds(new->it_value);
	int result;

	before_timer(us);
	result = syscall(SYS_setitimer, which, new, old);
	if (coarse && old != NULL) {
		long long rest = microseconds(old->it_value) + TICK - 1;

		rest -= rest % TICK;
		old->it_value.tv_sec = rest / 1000000;
		old->it_value.tv_usec = rest % 1000000;
	}
	after_timer(us);
	return result;
}

int
timer_settime(timer_t timer, int flags, const struct itimerspec *new,
	      struct itimerspec *old)
{
	long long us =
	    new->it_value.tv_sec * 1000000LL + new->it_value.tv_nsec / 1000;
	int result;

	before_timer(us);
	result = syscall(SYS_timer_settime, timer, flags, new, old);
	after_timer(us);
	return result;
}

static void
set(long ms, long every)
{
	const struct itimerval value = {
		.it_value = { ms / 1000, ms % 1000 * 1000 },
		.it_interval = { every / 1000, every % 1000 * 1000 },
	};

	if (setitimer(ITIMER_REAL, &value, NULL) == -1)
		err(1, "setitimer");
}

static void
on_alarm(int signo)
{
	(void)signo;
	rang++;
	rang_at = since_start();
	if (again > 0)
		set(again, 0);
}

static void
on_usr1(int signo)
{
	heard = signo;
	(void)!write(STDERR_FILENO, "", 0);
	if (busy)
		sleep_until(start + 1500000);
}

/* The milliseconds in t, to the nearest ten. */
static long
tens(struct timeval t)
{
	return (microseconds(t) + 5000) / 10000 * 10;
}

static const char *
same(int condition)
{
	return condition ? "as before" : "changed";
}

static int
same_sets(const sigset_t *a, const sigset_t *b)
{
	for (int i = 1; i < NSIG; i++)
		if (sigismember(a, i) != sigismember(b, i))
			return 0;
	return 1;
}

int
main(int argc, char *argv[])
{
	struct sigaction mine = { .sa_handler = on_alarm }, after;
	struct sigaction usr1 = { .sa_handler = on_usr1 };
	struct itimerval timer;
	sigset_t mask, mask_after, pending;
	long timer_ms = 0, every = 0, rest;
	int ticks = 0;

	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR2);
	for (int i = 2; i < argc; i++) {
		sscanf(argv[i], "timer=%ld", &timer_ms);
		sscanf(argv[i], "every=%ld", &every);
		sscanf(argv[i], "again=%ld", &again);
		if (strcmp(argv[i], "blocked") == 0)
			sigaddset(&mask, SIGALRM);
		slow |= strcmp(argv[i], "slow") == 0;
		late |= strcmp(argv[i], "late") == 0;
		busy |= strcmp(argv[i], "busy") == 0;
		brief |= strcmp(argv[i], "brief") == 0;
		second |= strcmp(argv[i], "second") == 0;
		ticks |= strcmp(argv[i], "coarse") == 0;
	}
	if (second)
		nap_suspend(20);
	sigemptyset(&mine.sa_mask);
	sigaddset(&mine.sa_mask, SIGUSR1);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	sigaction(SIGALRM, &mine, NULL);
	sigaction(SIGALRM, NULL, &mine); /* as the kernel has it */
	if (busy)
		sigfillset(&usr1.sa_mask);
	sigaction(SIGUSR1, &usr1, NULL);
	if (!brief)
		raise(SIGUSR2);
	start = now();
	coarse = ticks;
	set(timer_ms, every);

	rest = nap_suspend(argc > 1 ? atol(argv[1]) : 1);

	sigpending(&pending);
	getitimer(ITIMER_REAL, &timer);
	sigaction(SIGALRM, NULL, &after);
	sigprocmask(SIG_SETMASK, NULL, &mask_after);
	printf("slept %d, left %ld%s\n", since_start(), (rest + 5) / 10 * 10,
	       heard ? ", SIGUSR1 came" : "");
	if (rang > 0)
		printf("my alarm came at %d, %d in all\n", (int)rang_at,
		       (int)rang);
	if (brief)
		return fflush(stdout) == EOF;
	if (timerisset(&timer.it_value))
		printf("timer: in %ld, every %ld\n", tens(timer.it_value),
		       tens(timer.it_interval));
	else
		printf("timer: off\n");
	printf("action: %s\nmask: %s\npending:%s%s\n",
	       same(after.sa_handler == on_alarm &&
		    after.sa_flags == mine.sa_flags &&
		    same_sets(&after.sa_mask, &mine.sa_mask)),
	       same(same_sets(&mask, &mask_after)),
	       sigismember(&pending, SIGUSR2) ? " SIGUSR2" : "",
	       sigismember(&pending, SIGALRM) ? " SIGALRM" : "");
	return fflush(stdout) == EOF;
}
