/*
 * tally: notes the signals that reach it, and echoes its standard input.
 *
 *	./tally
 *
 * It prints `ready PID`. From then on it notes SIGUSR1 and SIGRTMIN+0 to
 * SIGRTMIN+3; SIGUSR2 prints a report, SIGHUP forgets everything, SIGINT and
 * SIGTERM print the last report and end the program. All the while it copies
 * lines from standard input to standard output; end of input does not end it.
 *
 * Look at: where signals are let in, and how little the handler does.
 */
#define _GNU_SOURCE
#include "lines.h"
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define REALTIME 4    /* real-time signals noted: SIGRTMIN+0 to SIGRTMIN+3 */
#define KEPT	 1000 /* arrivals noted: a handler cannot ask for memory */

// REGION state
/*
 * What the handler writes. The rest reads it only while signals are blocked,
 * and so never sees half a change.
 */
static volatile sig_atomic_t asked[NSIG]; /* requests not answered yet */
static volatile sig_atomic_t usr1;	  /* deliveries of SIGUSR1 */
static volatile sig_atomic_t kept;	  /* arrivals noted */
static volatile sig_atomic_t lost;	  /* arrivals without room */
static volatile struct {
	int signo;
	int value;
} arrivals[KEPT]; /* real-time signals, in order of delivery */
// END REGION state

/*
 * Gap 2: note one delivery of `signo`.
 *
 * SIGUSR1 counts in usr1. A real-time signal and its value, si_value.sival_int,
 * go to arrivals; when KEPT are there already, it counts in lost. SIGHUP sets
 * usr1, kept and lost to zero. SIGHUP, SIGUSR2, SIGINT and SIGTERM also set
 * their place in asked to 1, and `serve` answers them.
 * Trap: this runs between any two instructions of the program. It may call
 * only async-signal-safe functions, and must leave errno as it was.
 */
static void
on_signal(int signo, siginfo_t *info, void *context)
{
	(void)context;
	// BEGIN SOLUTION 2
	switch (signo) {
	case SIGUSR1:
		usr1++;
		break;
	case SIGHUP:
		usr1 = kept = lost = 0;
		asked[SIGHUP] = 1;
		break;
	case SIGUSR2:
	case SIGINT:
	case SIGTERM:
		asked[signo] = 1;
		break;
	default:
		if (kept == KEPT) {
			lost++;
		} else {
			arrivals[kept].signo = signo;
			arrivals[kept].value = info->si_value.sival_int;
			kept++;
		}
	}
	// STUB (void)info;
	// STUB asked[signo] = 1;
	// END SOLUTION 2
}

/*
 * Gap 1: make on_signal the handler of every signal in `ours`.
 *
 * It stays the handler after a delivery, is given the siginfo_t, and is not
 * interrupted by another signal of `ours`. Returns 0, or -1 with errno set.
 * Trap: handlers that interrupt each other run in the wrong order.
 */
static int
catch_signals(const sigset_t *ours)
{
	// BEGIN SOLUTION 1
	struct sigaction action = { .sa_sigaction = on_signal,
				    .sa_mask = *ours,
				    .sa_flags = SA_SIGINFO };

	for (int signo = 1; signo < NSIG; signo++)
		if (sigismember(ours, signo) == 1 &&
		    sigaction(signo, &action, NULL) == -1)
			return -1;
	return 0;
	// STUB (void)ours;
	// STUB (void)on_signal;
	// STUB return 0;
	// END SOLUTION 1
}

/*
 * Gap 3: sleep until `input` is ready or a signal has been handled.
 *
 * Returns 1 if `input` is ready, 0 if it is not, -1 with errno set. Its fd is
 * -1 after end of input: then only a signal ends the sleep. Signals are
 * blocked at the call and at the return; `mask` is the mask that lets them in.
 * One that is pending at the call ends the sleep at once.
 * Trap: a signal that comes after they are let in and before the sleep.
 */
static int
wait_for_work(struct pollfd *input, const sigset_t *mask)
{
	// BEGIN SOLUTION 3
	int ready = ppoll(input, 1, NULL, mask);

	return ready == -1 && errno == EINTR ? 0 : ready;
	// STUB (void)mask;
	// STUB return poll(input, 1, 10); // it looks a hundred times a second
	// END SOLUTION 3
}

/* Prints what is noted, under the name of the signal that asked for it. */
static void
report(int signo)
{
	printf("report SIG%s\n", sigabbrev_np(signo));
	printf("SIGUSR1 %d\n", (int)usr1);
	for (int i = 0; i < kept; i++)
		printf("SIGRTMIN+%d %d\n", arrivals[i].signo - SIGRTMIN,
		       arrivals[i].value);
	printf("lost %d\n", (int)lost);
}

/*
 * Waits, copies and answers until SIGINT or SIGTERM. Signals are blocked except
 * in two places: the wait, and the copying. The handler runs for all that are
 * pending when the copying lets them in, so a report holds all that was sent
 * before it was asked for.
 */
static void
serve(const sigset_t *ours)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	sigset_t none;

	sigemptyset(&none);
	while (!asked[SIGINT] && !asked[SIGTERM]) {
		int ready = wait_for_work(&input, &none);

		if (ready == -1)
			err(1, "waiting for input or a signal");
		sigprocmask(SIG_UNBLOCK, ours, NULL);
		if (ready == 1 && !copy_lines())
			input.fd = -1; /* poll then looks past it */
		sigprocmask(SIG_BLOCK, ours, NULL);

		if (asked[SIGHUP])
			printf("reset SIGHUP\n");
		if (asked[SIGUSR2])
			report(SIGUSR2);
		if (fflush(stdout) == EOF || ferror(stdout))
			err(1, "standard output");
		asked[SIGHUP] = asked[SIGUSR2] = 0;
	}
	end_line();
	report(asked[SIGINT] ? SIGINT : SIGTERM);
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
}

int
main(int argc, char *argv[])
{
	sigset_t ours;

	(void)argv;
	if (argc != 1) {
		fprintf(stderr, "usage: tally\n");
		return 2;
	}
	sigemptyset(&ours);
	sigaddset(&ours, SIGHUP);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGUSR1);
	sigaddset(&ours, SIGUSR2);
	sigaddset(&ours, SIGTERM);
	for (int i = 0; i < REALTIME; i++)
		sigaddset(&ours, SIGRTMIN + i);
	sigprocmask(SIG_BLOCK, &ours, NULL);
	if (catch_signals(&ours) == -1)
		err(1, "sigaction");
	/* A write to a pipe without readers must fail, not kill. */
	signal(SIGPIPE, SIG_IGN);
	printf("ready %d\n", getpid());
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	serve(&ours);
	return 0;
}
