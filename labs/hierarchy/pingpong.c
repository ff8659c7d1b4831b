/*
 * pingpong: the two sides of a round, and the clocks.
 *
 * Look at: what is done while the clock runs, and what is not.
 */
#define _GNU_SOURCE
#include "measure.h"

#include <err.h>
#include <errno.h>
#include <string.h>
#include <time.h>

/* For what comes: there from the start, so that nobody allocates it. */
static unsigned char message[MESSAGE_MAX];

/*
 * Gap 1: nanoseconds on CLOCK_MONOTONIC, seconds and all; what they count from
 * does not matter. A call that fails ends the program with a message on standard
 * error and a status that is not 0.
 * Trap: a clock that tells the time of day may be set, back, too; and
 * nanoseconds alone begin again each second.
 */
long long
now(void)
{
	// TODO 1
	return 0;
}

/*
 * Gap 5, optional: nanoseconds of processor time that this process has used, in
 * user mode and in the kernel. A call that fails ends the program as in gap 1.
 */
long long
cpu(void)
{
	// TODO 5
	return 0;
}

/*
 * Gap 3: plan->warmup round trips, and plan->trips more, numbered 0, 1, 2 ... all
 * through. In each, request(trip) is sent, and answer(trip) must come back.
 *
 * samples[0], samples[1] ... are the times of those that count, each from just
 * before the request is sent until the answer has come; whether that is right is
 * looked at afterwards, every byte. report->messages counts the right answers;
 * wall is the time from the first trip that counts to the end of the last (with
 * the look at its answer or without), cpu what cpu() says of the same.
 *
 * Returns 0; or -1 with errno as the link has set it, or EBADMSG for a wrong answer:
 * then it sends and receives no more. Nothing is allocated between the first trip
 * and the last.
 * Trap: what is right for the first byte need not be so for the last.
 */
int
ping(struct link *link, const struct plan *plan, struct report *report,
     long long *samples)
{
	// TODO 3
	(void)link;
	(void)plan;
	(void)report;
	(void)samples;
	(void)message;
	errno = ENOSYS;
	return -1;
}

/*
 * Gap 3, the other side: as many trips, in each of which request(trip) must come;
 * answer(trip) is sent back if it has. It returns the same, allocates nothing
 * either, and reports the same, but has no samples: wall and cpu begin when the last
 * warm-up answer has been sent (without warm-up, at the start), before it waits for
 * the first request that counts. Whether a request is counted before its answer is
 * sent or after does not matter.
 */
int
pong(struct link *link, const struct plan *plan, struct report *report)
{
	// TODO 3
	(void)link;
	(void)plan;
	(void)report;
	errno = ENOSYS;
	return -1;
}
