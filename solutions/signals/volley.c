/*
 * volley: sends signals faster than anybody can take them.
 *
 *	./volley PID COUNT [N]
 *
 * First a rehearsal: it raises SIGUSR1 and SIGRTMIN+N three times each while
 * it blocks them, and prints how many of them are delivered. Then it sends
 * COUNT SIGUSR1 to process PID with kill(2), and COUNT SIGRTMIN+N with
 * sigqueue(3), which carry the values 1 to COUNT. N is 0 to 3, 0 if not given.
 *
 * Look at: SIGUSR1 is a bit in a mask, SIGRTMIN+N is an entry in a queue.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define TIMES	  3	  /* signals in the rehearsal */
#define MAX_COUNT 10000	  /* so that a slip of the finger stays harmless */
#define PATIENCE  1000000 /* ns until it tries a full queue again */

/* `text` as a number from `min` to `max`. Exits with 2 if it is not one. */
static int
number(const char *name, const char *text, int min, int max)
{
	char *end;
	long value = strtol(text, &end, 10); /* out of range: LONG_MAX */

	if (end == text || *end != '\0' || value < min || value > max)
		errx(2, "%s is a number from %d to %d, not '%s'", name, min,
		     max, text);
	return value;
}

/*
 * Gap 5: raise `signo` TIMES times while it is blocked.
 *
 * Returns how many of them are delivered; then none is pending, and the signal
 * mask is as it was. On failure returns -1 with errno set, and no signal comes.
 * Trap: one that is still pending when the mask is restored ends the program.
 */
static int
rehearse(int signo)
{
	// BEGIN SOLUTION 5
	static const struct timespec now; /* zero: take what is there */
	sigset_t set, before;
	int delivered = 0;

	sigemptyset(&set);
	sigaddset(&set, signo);
	if (sigprocmask(SIG_BLOCK, &set, &before) == -1)
		return -1;
	for (int i = 0; i < TIMES; i++)
		if (raise(signo) != 0)
			return -1;
	while (sigtimedwait(&set, NULL, &now) == signo)
		delivered++;
	if (sigprocmask(SIG_SETMASK, &before, NULL) == -1)
		return -1;
	return delivered;
	// STUB (void)signo;
	// STUB return 0;
	// END SOLUTION 5
}

/*
 * Gap 6: send the signal `signo` with the number `value` to process `pid`.
 *
 * Returns 0 when the signal is queued, -1 with errno set otherwise. While the
 * receiver's queue is full (EAGAIN) it waits: it neither gives up nor spins.
 * Trap: nothing tells you that there is room again.
 */
static int
send_value(pid_t pid, int signo, int value)
{
	// BEGIN SOLUTION 6
	const struct timespec patience = { .tv_nsec = PATIENCE };

	while (sigqueue(pid, signo, (union sigval){ .sival_int = value }) ==
	       -1) {
		if (errno != EAGAIN)
			return -1;
		nanosleep(&patience, NULL);
	}
	return 0;
	// STUB (void)pid;
	// STUB (void)signo;
	// STUB (void)value;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 6
}

int
main(int argc, char *argv[])
{
	int count, n, signo, delivered;
	pid_t pid;

	if (argc != 3 && argc != 4) {
		fprintf(stderr, "usage: volley PID COUNT [N]\n");
		return 2;
	}
	pid = number("PID", argv[1], 1, INT_MAX);
	count = number("COUNT", argv[2], 1, MAX_COUNT);
	n = argc == 4 ? number("N", argv[3], 0, 3) : 0;
	signo = SIGRTMIN + n;
	/* Signal 0 is never sent: kill only says whether it could be. */
	if (kill(pid, 0) == -1)
		err(1, "process %d", pid);

	delivered = rehearse(SIGUSR1);
	if (delivered == -1)
		err(1, "rehearsal of SIGUSR1");
	printf("SIGUSR1: %d raised while blocked, %d delivered\n", TIMES,
	       delivered);
	delivered = rehearse(signo);
	if (delivered == -1)
		err(1, "rehearsal of SIGRTMIN+%d", n);
	printf("SIGRTMIN+%d: %d raised while blocked, %d delivered\n", n, TIMES,
	       delivered);
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");

	for (int i = 1; i <= count; i++)
		if (kill(pid, SIGUSR1) == -1)
			err(1, "process %d, SIGUSR1 %d of %d", pid, i, count);
	for (int i = 1; i <= count; i++)
		if (send_value(pid, signo, i) == -1)
			err(1, "process %d, SIGRTMIN+%d %d of %d", pid, n, i,
			    count);
	printf("sent: %d SIGUSR1, %d SIGRTMIN+%d\n", count, count, n);
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	return 0;
}
