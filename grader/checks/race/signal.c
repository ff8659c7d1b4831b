/*
 * race, signals: what a process did before it sent one comes before what the
 * handler does, and what follows sigwaitinfo. So each handler is called by one
 * of ours; the program sees its own wherever it asks.
 */
#define _GNU_SOURCE
#include "hooks.h"

#include <signal.h>
#include <sys/wait.h>

static struct sigaction handlers[NSIG]; /* the program's own */

static int (*next_sigaction)(int, const struct sigaction *, struct sigaction *);

/* The signal has come; `info` may be NULL. */
static void
acquire_signal(int signal, const siginfo_t *info)
{
	bool known = race_acquire(race_key(SIGNAL, signal, 0));

	if (info == NULL)
		return;
	if (signal == SIGCHLD && info->si_code > 0)
		race_join_pid(info->si_pid);
	else if (!known &&
		 (info->si_code == SI_USER || info->si_code == SI_QUEUE ||
		  info->si_code == SI_MESGQ))
		race_join_outside();
}

static void
handle(int signal, siginfo_t *info, void *context)
{
	const struct sigaction *h = &handlers[signal];

	if (race_on())
		acquire_signal(signal, info);
	if (h->sa_flags & SA_SIGINFO)
		h->sa_sigaction(signal, info, context);
	else
		h->sa_handler(signal);
}

static bool
is_handler(const struct sigaction *action)
{
	return action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN;
}

__attribute__((constructor)) static void
resolve(void)
{
	next_sigaction = (int (*)(int, const struct sigaction *,
				  struct sigaction *))note_next("sigaction");
}

EXPORT int
sigaction(int signal, const struct sigaction *action, struct sigaction *former)
{
	struct sigaction ours, before, kernels;
	sigset_t all, mask;
	int result;

	if (next_sigaction == NULL)
		resolve();
	if (race_self == NULL || signal <= 0 || signal >= NSIG)
		return next_sigaction(signal, action, former);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &mask);
	before = handlers[signal];
	if (action != NULL && is_handler(action)) {
		ours = *action;
		ours.sa_sigaction = handle;
		ours.sa_flags |= SA_SIGINFO;
		handlers[signal] = *action;
	}
	result = next_sigaction(
	    signal, action != NULL && is_handler(action) ? &ours : action,
	    &kernels);
	if (result == -1) {
		handlers[signal] = before;
	} else if (former != NULL) {
		*former = kernels;
		if (kernels.sa_sigaction == handle) {
			former->sa_handler = before.sa_handler;
			if (!(before.sa_flags & SA_SIGINFO))
				former->sa_flags &= ~SA_SIGINFO;
		}
	}
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	return result;
}

EXPORT sighandler_t
signal(int number, sighandler_t handler)
{
	struct sigaction action = { .sa_handler = handler,
				    .sa_flags = SA_RESTART };
	struct sigaction former;

	sigemptyset(&action.sa_mask);
	sigaddset(&action.sa_mask, number);
	if (sigaction(number, &action, &former) == -1)
		return SIG_ERR;
	return former.sa_handler;
}

static void
release_signal(const struct call *call)
{
	race_release(race_key(SIGNAL, (int)call->b, 0));
	race_release(race_key(SIGNAL, 0, 0));
	race_release(race_key(OUTSIDE, 0, 0));
}

/* A process that stops itself continues when another one lets it. */
static void
after_stop(int signal)
{
	if (signal == SIGSTOP || signal == SIGTSTP)
		acquire_signal(SIGCONT, NULL);
}

/* A process that is no longer there has ended. */
static void
after_kill(const struct call *call)
{
	if (race_int(call) == -1 && call->error == ESRCH)
		race_join_ended(false);
	after_stop(call->b);
}

static void
after_raise(const struct call *call)
{
	after_stop(call->a);
}

RACE_WRAP(raise, nothing, after_raise)

RACE_WRAP(kill, release_signal, after_kill)
RACE_WRAP(killpg, release_signal, after_kill)
RACE_WRAP(sigqueue, release_signal, after_kill)

static void
waited(const struct call *call)
{
	if (race_int(call) > 0)
		acquire_signal(race_int(call), (const siginfo_t *)call->b);
}

static void
waited_plain(const struct call *call)
{
	const int *signal = (const int *)call->b;

	if (race_int(call) != 0)
		return;
	acquire_signal(*signal, NULL);
	if (*signal == SIGCHLD)
		race_join_ended(false);
}

RACE_WRAP(sigwaitinfo, nothing, waited)
RACE_WRAP(sigtimedwait, nothing, waited)
RACE_WRAP(sigwait, nothing, waited_plain)
