/*
 * Numbers: of the command line, and of standard input.
 */
#define _GNU_SOURCE
#include "measure.h"

#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

long
number(const char *name, const char *text, long min, long max)
{
	char *end;
	long value = strtol(text, &end, 10); /* out of range: LONG_MAX */

	if (!isdigit((unsigned char)*text) || *end != '\0' || value < min ||
	    value > max)
		errx(2, "%s is a number from %ld to %ld, not '%s'", name, min,
		     max, text);
	return value;
}

long long *
read_numbers(size_t *n)
{
	long long *numbers = NULL;
	size_t room = 0, length = 0;
	char *line = NULL, *end;

	for (*n = 0; getline(&line, &length, stdin) != -1; (*n)++) {
		if (*n == room) {
			room = room == 0 ? 1024 : room * 2;
			numbers = reallocarray(numbers, room, sizeof(*numbers));
			if (numbers == NULL)
				err(1, "memory");
		}
		line[strcspn(line, "\n")] = '\0';
		errno = 0;
		numbers[*n] = strtoll(line, &end, 10);
		if (end == line || *end != '\0' || errno != 0)
			errx(1, "not a number: '%s'", line);
	}
	free(line);
	if (ferror(stdin))
		err(1, "standard input");
	if (*n == 0)
		errx(1, "no numbers on standard input");
	return numbers;
}
