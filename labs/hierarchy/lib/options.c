/*
 * The command line of measure, and the CPUs.
 */
#define _GNU_SOURCE
#include "link.h"

#include <err.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SIZES	   (int)(sizeof(options.bytes) / sizeof(size_t) - 1)
#define CHOSEN_MAX 63

#define TRIPS_MAX 1000000
#define LIMIT_MAX 3600000 /* ms */

struct options options = {
	.bytes = { 64 },
	.plan = { .warmup = 100, .trips = 1000 },
	.rounds = 5,
	.limit = 5000,
	.cpus = { -1, -1 },
};

static const char usage[] =
    "usage: measure [-12cl] [-b BYTES,...] [-n TRIPS] [-p CPU,CPU] [-r "
    "ROUNDS]\n"
    "               [-t MS] [-w TRIPS] [MECHANISM...]\n";

static cpu_set_t allowed;
static int *const cpus = options.cpus;

/* The next part of a list with commas; NULL when there is none. */
static const char *
next_part(char **list)
{
	return *list == NULL ? NULL : strsep(list, ",");
}

static void
read_sizes(char *list)
{
	const char *part;
	int n = 0;

	memset(options.bytes, 0, sizeof(options.bytes));
	while ((part = next_part(&list)) != NULL) {
		if (n == SIZES)
			errx(2, "BYTES: %d sizes at most", SIZES);
		options.bytes[n++] =
		    (size_t)number("BYTES", part, 1, MESSAGE_MAX);
	}
}

static void
read_cpus(char *list)
{
	for (int i = 0; i < 2; i++) {
		const char *part = next_part(&list);

		cpus[i] = (int)number("CPU", part != NULL ? part : "", 0,
				      CPU_SETSIZE - 1);
		if (!CPU_ISSET(cpus[i], &allowed))
			errx(2, "CPU %d is not to be had here", cpus[i]);
	}
	if (list != NULL || cpus[0] == cpus[1])
		errx(2, "-p needs two different CPUs");
}

/* The first and the last one allowed: seldom two halves of one core. */
static void
choose_cpus(void)
{
	CPU_ZERO(&allowed);
	if (sched_getaffinity(0, sizeof(allowed), &allowed) == -1)
		err(1, "sched_getaffinity");
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &allowed)) {
			if (cpus[0] == -1)
				cpus[0] = cpu;
			cpus[1] = cpu;
		}
}

static const struct mechanism *
find(const char *name)
{
	for (int i = 0; mechanisms[i] != NULL; i++)
		if (strcmp(mechanisms[i]->name, name) == 0)
			return mechanisms[i];
	errx(2, "no mechanism '%s': measure -l lists them", name);
}

static void
list(void)
{
	for (int i = 0; mechanisms[i] != NULL; i++)
		printf("%s\n", mechanisms[i]->name);
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	exit(0);
}

static void
read_mechanisms(int count, char *names[])
{
	options.named = count > 0;
	if (count > CHOSEN_MAX)
		errx(2, "%d mechanisms at most", CHOSEN_MAX);
	for (int i = 0; i < count; i++)
		options.chosen[i] = find(names[i]);
	for (int i = 0; count == 0 && mechanisms[i] != NULL; i++)
		options.chosen[i] = mechanisms[i];
}

/* Without -1 and -2: both. Where there is one CPU, it is measured on that. */
static void
choose_cores(int one, int two)
{
	int n = 0;

	if (cpus[0] == cpus[1] && (two || !one)) {
		fprintf(stderr, "measure: there is only one CPU here\n");
		one = 1;
		two = 0;
	} else if (!one && !two) {
		one = two = 1;
	}
	if (one)
		options.cores[n++] = 1;
	if (two)
		options.cores[n++] = 2;
	options.cores[n] = 0;
}

void
begin(int argc, char *argv[])
{
	int option, one = 0, two = 0;

	choose_cpus();
	while ((option = getopt(argc, argv, "12b:cln:p:r:t:w:")) != -1)
		switch (option) {
		case '1':
			one = 1;
			break;
		case '2':
			two = 1;
			break;
		case 'b':
			read_sizes(optarg);
			break;
		case 'c':
			options.csv = 1;
			break;
		case 'l':
			list();
			break;
		case 'n':
			options.plan.trips =
			    number("TRIPS", optarg, 1, TRIPS_MAX);
			break;
		case 'p':
			read_cpus(optarg);
			break;
		case 'r':
			options.rounds =
			    (int)number("ROUNDS", optarg, 1, ROUNDS_MAX);
			break;
		case 't':
			options.limit = (int)number("MS", optarg, 1, LIMIT_MAX);
			break;
		case 'w':
			options.plan.warmup =
			    number("TRIPS", optarg, 0, TRIPS_MAX);
			break;
		default:
			fputs(usage, stderr);
			exit(2);
		}
	choose_cores(one, two);
	read_mechanisms(argc - optind, argv + optind);
}
