/*
 * command.c - the command line of sysv and posix.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenes.h"
#include "set.h"

#define CAPACITY_MAX 32767 /* as far as a System V semaphore counts */
#define WORKERS_MAX  100
#define ROUNDS_MAX   1000000
#define MS_MAX	     60000

/* `text`, digits and nothing else, as a number from `min` to `max`. */
static int
number(const char *what, const char *text, int min, int max)
{
	size_t digits = strspn(text, "0123456789");
	long n;

	errno = 0;
	n = strtol(text, NULL, 10);
	if (digits == 0 || text[digits] != '\0' || errno != 0 || n < min ||
	    n > max)
		errx(2, "%s: not a number from %d to %d: '%s'", what, min, max,
		     text);
	return (int)n;
}

/* Prints the values of one set. Returns how many there are. */
static int
print_values(const char *name, enum role role)
{
	int count = set_find(name, role);

	for (int i = 0; i < count; i++) {
		int value = value_of(i);

		if (value == -1)
			err(1, "%s: stat", name);
		if (role == ROOM)
			printf("room: %d\n", value);
		else
			printf("fork %d: %d\n", i, value);
	}
	return count;
}

/* Does the same with both sets: one of them at least must be there. */
static int
with_both(const char *name, const char *attempt,
	  int (*work)(const char *, enum role))
{
	int room = work(name, ROOM),
	    forks = room == -1 ? -1 : work(name, FORKS);

	if (forks == -1)
		err(1, "%s: %s", name, attempt);
	if (room + forks == 0)
		errx(1, "%s: no semaphores: not made, or removed", name);
	return 0;
}

int
main(int argc, char **argv)
{
	const char *name = argc < 3 ? "" : argv[1];
	const char *command = argc < 3 ? "" : argv[2];
	char **arg = argv + 3;
	int result, capacity, limit = FOR_EVER;

	if ((argc == 4 || argc == 5) && strcmp(command, "hold") == 0) {
		capacity = number("CAPACITY", arg[0], 1, CAPACITY_MAX);
		if (argc == 5)
			limit = number("MS", arg[1], 1, MS_MAX);
		result = scene_hold(name, capacity, limit);
	} else if (argc == 4 && strcmp(command, "try") == 0) {
		capacity = number("CAPACITY", arg[0], 1, CAPACITY_MAX);
		result = scene_hold(name, capacity, NOT_AT_ALL);
	} else if (argc == 6 && strcmp(command, "turnstile") == 0) {
		capacity = number("CAPACITY", arg[0], 1, CAPACITY_MAX);
		result = scene_turnstile(
		    name, capacity, number("WORKERS", arg[1], 1, WORKERS_MAX),
		    number("ROUNDS", arg[2], 1, ROUNDS_MAX));
	} else if (argc == 5 && strcmp(command, "table") == 0) {
		result = scene_table(name, number("N", arg[0], 2, SET_MAX),
				     number("ROUNDS", arg[1], 1, ROUNDS_MAX));
	} else if (argc == 3 && strcmp(command, "stat") == 0) {
		result = with_both(name, "stat", print_values);
	} else if (argc == 3 && strcmp(command, "remove") == 0) {
		result = with_both(name, "remove", set_remove);
		printf("removed\n");
	} else {
		fprintf(stderr,
			"usage: %s %s hold CAPACITY [MS] | try CAPACITY | "
			"turnstile CAPACITY WORKERS ROUNDS | table N ROUNDS | "
			"stat | remove\n",
			program_invocation_short_name, set_argument);
		return 2;
	}
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	return result;
}
