/*
 * pingpong: the warm-up is a loop of its own; times are differences of timespecs.
 */
#define _GNU_SOURCE
#include "measure.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>

long long
now(void)
{
	static struct timespec first;
	static int known;
	struct timespec t;
	long long ns;

	if (clock_gettime(CLOCK_MONOTONIC, &t) != 0) {
		perror("clock_gettime");
		exit(1);
	}
	if (!known)
		first = t;
	known = 1;
	ns = t.tv_sec - first.tv_sec;
	ns *= 1000 * 1000 * 1000;
	ns += t.tv_nsec;
	ns -= first.tv_nsec;
	return ns;
}

long long
cpu(void)
{
	struct rusage usage;
	struct timeval both;

	if (getrusage(RUSAGE_SELF, &usage) == -1)
		err(1, "getrusage");
	timeradd(&usage.ru_utime, &usage.ru_stime, &both);
	return (both.tv_sec * 1000000LL + both.tv_usec) * 1000;
}

static int
wrong(void)
{
	errno = EBADMSG;
	return -1;
}

/* One trip of ping's; returns its time, or -1. */
static long long
trip_there(struct link *link, size_t bytes, long trip, unsigned char *room,
	   struct report *report)
{
	const void *question = request(trip), *expected = answer(trip);
	long long before = now(), after;

	if (link->send(link, question, bytes) != 0)
		return -1;
	if (link->receive(link, room, bytes) != 0)
		return -1;
	after = now();
	for (size_t i = 0; i < bytes; i++)
		if (room[i] != ((const unsigned char *)expected)[i])
			return wrong();
	report->messages = trip + 1;
	return after - before;
}

int
ping(struct link *link, const struct plan *plan, struct report *report,
     long long *samples)
{
	unsigned char room[MESSAGE_MAX];
	long trip = 0;
	long long wall, used;

	for (long i = 0; i < plan->warmup; i++)
		if (trip_there(link, plan->bytes, trip++, room, report) < 0)
			return -1;
	used = cpu();
	wall = now();
	for (long i = 0; i < plan->trips; i++) {
		samples[i] =
		    trip_there(link, plan->bytes, trip++, room, report);
		if (samples[i] < 0)
			return -1;
	}
	report->wall = now() - wall;
	report->cpu = cpu() - used;
	return 0;
}

int
pong(struct link *link, const struct plan *plan, struct report *report)
{
	unsigned char *room = malloc(plan->bytes);
	long all = plan->warmup + plan->trips;
	long long wall = 0, used = 0;
	int error = 0;

	if (room == NULL)
		return -1;
	for (long trip = 0; error == 0 && trip < all; trip++) {
		if (trip == plan->warmup) {
			used = cpu();
			wall = now();
		}
		if (link->receive(link, room, plan->bytes) == -1)
			error = errno;
		else if (memcmp(request(trip), room, plan->bytes) != 0)
			error = EBADMSG;
		else if (link->send(link, answer(trip), plan->bytes) == -1)
			error = errno;
		else
			report->messages++;
	}
	report->wall = now() - wall;
	report->cpu = cpu() - used;
	free(room);
	errno = error;
	return error == 0 ? 0 : -1;
}
