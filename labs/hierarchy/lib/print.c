/*
 * What measure prints: a line for each round (CSV), or for all rounds of a kind.
 */
#define _GNU_SOURCE
#include "link.h"

#include <err.h>
#include <stdio.h>
#include <string.h>

enum { P50, P90, P99, RANKS };

/* The rounds of one kind, so far. */
static struct {
	struct round first;
	int rounds;
	long long values[RANKS][ROUNDS_MAX], wall, cpu;
} kind;
static int status, begun;

static void end_kind(void);

void
complain(const struct round *round, const char *text)
{
	end_kind();
	warnx("%s, %s, %zu bytes: %s", round->mechanism->name,
	      round->cores == 1 ? "1 core" : "2 cores", round->plan.bytes,
	      text);
	status = 1;
}

/* Once for each mechanism. */
void
skip(const struct mechanism *mechanism, const char *why)
{
	static const struct mechanism *told[64];
	int i = 0;

	while (told[i] != NULL && told[i] != mechanism)
		i++;
	if (told[i] == NULL)
		warnx("%s: skipped: %s", mechanism->name, why);
	told[i] = mechanism;
}

static double
us(long long ns)
{
	return (double)ns / 1e3;
}

static double
seconds(long long ns)
{
	return (double)ns / 1e9;
}

/* MB/s: each trip carries two messages. */
static double
rate(size_t bytes, long trips, long long wall)
{
	return wall > 0 ? 2.0 * (double)bytes * (double)trips / us(wall) : 0;
}

static long long
used(const struct round *round)
{
	return round->ping->cpu + round->pong->cpu;
}

/* Of the rounds: the smallest if rank is 0, the largest if it is 100. */
static long long
of_rounds(int value, int rank)
{
	long long *values = kind.values[value], most = values[0];

	if (rank != 0 && rank != 100)
		return percentile(values, (size_t)kind.rounds, rank);
	for (int i = 1; i < kind.rounds; i++)
		if (rank == 0 ? values[i] < most : values[i] > most)
			most = values[i];
	return most;
}

/* The line of the rounds so far, if there are any. */
static void
end_kind(void)
{
	const struct round *r = &kind.first;

	if (kind.rounds == 0)
		return;
	if (!begun)
		printf("mechanism       cores    bytes  p50 us"
		       "   lowest  highest  p90 us  p99 us"
		       "    MB/s  wall s   cpu s\n");
	begun = 1;
	printf("%-15s %5d %8zu %7.1f %8.1f %8.1f %7.1f %7.1f %7.0f %7.3f "
	       "%7.3f\n",
	       r->mechanism->name, r->cores, r->plan.bytes,
	       us(of_rounds(P50, 50)), us(of_rounds(P50, 0)),
	       us(of_rounds(P50, 100)), us(of_rounds(P90, 50)),
	       us(of_rounds(P99, 50)),
	       rate(r->plan.bytes, r->plan.trips * kind.rounds, kind.wall),
	       seconds(kind.wall), seconds(kind.cpu));
	fflush(stdout);
	kind.rounds = 0;
}

static void
print_csv(const struct round *r)
{
	if (!begun)
		printf("mechanism,cores,bytes,round,trips,p50_us,p90_us,p99_us,"
		       "mb_per_s,wall_s,cpu_s\n");
	begun = 1;
	printf("%s,%d,%zu,%d,%ld,%.3f,%.3f,%.3f,%.3f,%.6f,%.6f\n",
	       r->mechanism->name, r->cores, r->plan.bytes, r->number,
	       r->plan.trips, us(r->p50), us(r->p90), us(r->p99),
	       rate(r->plan.bytes, r->plan.trips, r->ping->wall),
	       seconds(r->ping->wall), seconds(used(r)));
	fflush(stdout);
}

void
print_round(const struct round *round)
{
	if (options.csv) {
		print_csv(round);
		return;
	}
	if (round->number == 1) {
		end_kind();
		kind.first = *round;
		kind.wall = kind.cpu = 0;
	}
	kind.values[P50][kind.rounds] = round->p50;
	kind.values[P90][kind.rounds] = round->p90;
	kind.values[P99][kind.rounds] = round->p99;
	kind.wall += round->ping->wall;
	kind.cpu += used(round);
	kind.rounds++;
}

int
print_end(void)
{
	end_kind();
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	return status;
}
