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
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/time.h>
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

/*
 * Gap 1: sleep for `us` microseconds, 1 or more, or until the handler of another
 * signal has run, as if there were no timer but yours.
 *
 * Then the timer is off, no SIGALRM of yours is pending, and action and mask are
 * what they were. During the sleep, of what was blocked only SIGALRM is
 * let in. Handlers that begin also end. No SIGALRM is pending at the call.
 * Trap: SIGALRM may come before you sleep, or just after another signal.
 */
static void
sleep_alone(long long us)
{
	struct sigaction theirs;
	sigset_t only, mask, during;

	sigemptyset(&only);
	sigaddset(&only, SIGALRM);
	sigprocmask(SIG_BLOCK, &only, &mask);
	catch_alarm(nothing, &theirs);
	arm(us, 0);

	during = mask;
	sigdelset(&during, SIGALRM);
	ppoll(NULL, 0, NULL, &during);

	arm(0, 0);
	/* SIGALRM may be pending: to ignore it throws it away. */
	signal(SIGALRM, SIG_IGN);
	sigaction(SIGALRM, &theirs, NULL);
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

	struct itimerval theirs, rest;
	long long due, every, next, before = now();

	getitimer(ITIMER_REAL, &theirs);
	due = theirs.it_value.tv_sec * 1000000LL + theirs.it_value.tv_usec;
	if (due == 0) {
		sleep_alone(us);
		return left(end);
	}
	sleep_alone(due < us ? due : us);
	due -= now() - before;
	rest = theirs;
	every =
	    theirs.it_interval.tv_sec * 1000000LL + theirs.it_interval.tv_usec;
	next = due > 0 || every == 0 ? due : every - (-due) % every;
	rest.it_value.tv_sec = next > 0 ? next / 1000000 : 0;
	rest.it_value.tv_usec = next > 0 ? next % 1000000 : 0;
	setitimer(ITIMER_REAL, &rest, NULL);
	if (due <= 0)
		kill(getpid(), SIGALRM);
	return left(end);
}
