/*
 * pingpong: one loop for both sides, which differ in what they do first; clocks are
 * read by the number of the system call.
 *
 * Look at: what is done while the clock runs, and what is not.
 */
#define _GNU_SOURCE
#include "measure.h"

#include <err.h>
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* For what comes: there from the start, so that nobody allocates it. */
static unsigned char message[MESSAGE_MAX];

/*
 * Gap 1: nanoseconds on CLOCK_MONOTONIC, seconds and all; what they count from
 * does not matter. A call that fails ends the program with a message.
 * Trap: a clock that tells the time of day may be set, back, too; and
 * nanoseconds alone begin again each second.
 */
long long
now(void)
{
	struct timespec t;

	if (syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t) == -1)
		err(1, "clock_gettime");
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/*
 * Gap 5, optional: nanoseconds of processor time that this process has used, in
 * user mode and in the kernel. A call that fails ends the program with a message.
 */
long long
cpu(void)
{
	struct timespec t;

	if (syscall(SYS_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, &t) == -1)
		err(1, "clock_gettime");
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

enum { SEND, RECEIVE, CHECK, STEPS };

/* One step of a trip; returns 0, or -1 with errno set. */
static int
step(int what, struct link *link, const void *mine, const void *theirs,
     size_t bytes)
{
	switch (what) {
	case SEND:
		return link->send(link, mine, bytes);
	case RECEIVE:
		return link->receive(link, message, bytes);
	default:
		errno = EBADMSG;
		return memcmp(message, theirs, bytes) == 0 ? 0 : -1;
	}
}

static int
play_side(struct link *link, const struct plan *plan, struct report *report,
	  long long *samples)
{
	static const int of_ping[] = { SEND, RECEIVE, CHECK },
			 of_pong[] = { RECEIVE, CHECK, SEND };
	const int *steps = samples != NULL ? of_ping : of_pong;
	long long times[STEPS + 1], wall = 0, used = 0, end = 0;
	long trip = -plan->warmup;

	do {
		long n = trip + plan->warmup;
		const void *ours = samples != NULL ? request(n) : answer(n);
		const void *theirs = samples != NULL ? answer(n) : request(n);

		if (trip == 0)
			used = cpu();
		for (int i = 0; i < STEPS; i++) {
			times[i] = now();
			if (step(steps[i], link, ours, theirs, plan->bytes) ==
			    -1)
				return -1;
			if (steps[i] == CHECK)
				report->messages++;
		}
		times[STEPS] = now();
		if (trip == 0)
			wall = times[0];
		if (trip >= 0 && samples != NULL)
			samples[trip] = times[2] - times[0];
		end = times[STEPS];
	} while (++trip < plan->trips);
	report->wall = end - wall;
	report->cpu = cpu() - used;
	return 0;
}

int
ping(struct link *link, const struct plan *plan, struct report *report,
     long long *samples)
{
	return play_side(link, plan, report, samples);
}

int
pong(struct link *link, const struct plan *plan, struct report *report)
{
	return play_side(link, plan, report, NULL);
}
