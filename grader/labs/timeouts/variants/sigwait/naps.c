/*
 * naps: three ways to sleep, made of a timer and SIGALRM.
 *
 * nap_naive and nap_jump are those of the notes, and wrong, each in its way;
 * nap_suspend is to be right.
 *
 * Look at: what happens if SIGALRM comes between two lines of a nap.
 */
#define _GNU_SOURCE
#include "timeouts.h"
#include <err.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* Makes `handler` that of SIGALRM; *theirs is what there was before. */
static void
catch_alarm(void (*handler)(int), struct sigaction *theirs)
{
	const struct sigaction action = { .sa_handler = handler };

	if (sigaction(SIGALRM, &action, theirs) == -1)
		err(1, "sigaction");
}

static void
nothing(int signo)
{
	(void)signo; /* that it ran is enough: it ends the call that sleeps */
}

long
nap_naive(long ms)
{
	long long end = now() + ms * 1000;
	struct sigaction theirs;

	catch_alarm(nothing, &theirs);
	arm(ms * 1000, 0);
	pause();
	arm(0, 0);
	sigaction(SIGALRM, &theirs, NULL);
	return left(end);
}

static sigjmp_buf woken;

static void
jump(int signo)
{
	siglongjmp(woken, signo);
}

long
nap_jump(long ms)
{
	long long end = now() + ms * 1000;
	struct sigaction theirs;

	catch_alarm(jump, &theirs);
	/* The mask is kept (1), and restored by the jump. */
	if (sigsetjmp(woken, 1) == 0) {
		arm(ms * 1000, 0);
		pause();
	}
	arm(0, 0);
	sigaction(SIGALRM, &theirs, NULL);
	return left(end);
}

/* No handler: SIGALRM is taken out of those that are pending. */
static void
sleep_alone(long long us)
{
	static const struct timespec at_once;
	sigset_t only, mask;
	siginfo_t info;

	sigemptyset(&only);
	sigaddset(&only, SIGALRM);
	sigprocmask(SIG_BLOCK, &only, &mask);
	arm(us, 0);
	sigwaitinfo(&only, &info);
	arm(0, 0);
	sigtimedwait(&only, &info, &at_once);
	sigprocmask(SIG_SETMASK, &mask, NULL);
}

/*
 * Gap 2: nap, while the caller may have set the timer for itself.
 *
 * It finds its timer as if you had never touched it: still to ring when it was
 * to ring, and to repeat. If that is within the nap, the caller's action for
 * SIGALRM is taken then, by your raise(3), and the nap is cut short.
 * Trap: the caller's handler may itself set the timer.
 */
long
nap_suspend(long ms)
{
	long long us = ms * 1000, end = now() + us;

	const struct itimerval off = { 0 };
	struct itimerval theirs;
	long long due, rest, every;
	int rings;

	if (setitimer(ITIMER_REAL, &off, &theirs) == -1)
		err(1, "setitimer");
	due = theirs.it_value.tv_sec * 1000000LL + theirs.it_value.tv_usec;
	rest = now() + due;
	sleep_alone(due > 0 && due < us ? due : us);
	if (due == 0)
		return left(end);
	every =
	    theirs.it_interval.tv_sec * 1000000LL + theirs.it_interval.tv_usec;
	rest -= now();
	rings = rest <= 0;
	while (rest <= 0 && every > 0)
		rest += every;
	if (rest < 0)
		rest = 0;
	theirs.it_value = (struct timeval){ rest / 1000000, rest % 1000000 };
	if (setitimer(ITIMER_REAL, &theirs, NULL) == -1)
		err(1, "setitimer");
	if (rings)
		raise(SIGALRM);
	return left(end);
}
