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
	// BEGIN SOLUTION 1
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t) == -1)
		err(1, "clock_gettime");
	return t.tv_sec * 1000000000LL + t.tv_nsec;
	// STUB return 0;
	// END SOLUTION 1
}

/*
 * Gap 5, optional: nanoseconds of processor time that this process has used, in
 * user mode and in the kernel. A call that fails ends the program as in gap 1.
 */
long long
cpu(void)
{
	// BEGIN SOLUTION 5
	struct timespec t;

	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) == -1)
		err(1, "clock_gettime");
	return t.tv_sec * 1000000000LL + t.tv_nsec;
	// STUB return 0;
	// END SOLUTION 5
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
	// BEGIN SOLUTION 3
	long long begin = now(), used = cpu();

	for (long trip = 0; trip < plan->warmup + plan->trips; trip++) {
		long long start, end;

		if (trip == plan->warmup) {
			begin = now();
			used = cpu();
		}
		start = now();
		if (link->send(link, request(trip), plan->bytes) == -1 ||
		    link->receive(link, message, plan->bytes) == -1)
			return -1;
		end = now();
		if (memcmp(message, answer(trip), plan->bytes) != 0) {
			errno = EBADMSG;
			return -1;
		}
		report->messages++;
		if (trip >= plan->warmup)
			samples[trip - plan->warmup] = end - start;
	}
	report->wall = now() - begin;
	report->cpu = cpu() - used;
	return 0;
	// STUB (void)link;
	// STUB (void)plan;
	// STUB (void)report;
	// STUB (void)samples;
	// STUB (void)message;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 3
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
	// BEGIN SOLUTION 3
	long long begin = now(), used = cpu();

	for (long trip = 0; trip < plan->warmup + plan->trips; trip++) {
		if (trip == plan->warmup) {
			begin = now();
			used = cpu();
		}
		if (link->receive(link, message, plan->bytes) == -1)
			return -1;
		if (memcmp(message, request(trip), plan->bytes) != 0) {
			errno = EBADMSG;
			return -1;
		}
		report->messages++;
		if (link->send(link, answer(trip), plan->bytes) == -1)
			return -1;
	}
	report->wall = now() - begin;
	report->cpu = cpu() - used;
	return 0;
	// STUB (void)link;
	// STUB (void)plan;
	// STUB (void)report;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 3
}
