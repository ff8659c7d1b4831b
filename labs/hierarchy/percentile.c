/*
 * percentile: percentiles of the numbers on standard input, a line each.
 *
 *	seq 1 10 | ./percentile 50 90
 */
#include "measure.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>

int
main(int argc, char *argv[])
{
	long long *numbers;
	size_t n;

	if (argc < 2)
		errx(2, "usage: percentile P... <NUMBERS");
	for (int i = 1; i < argc; i++)
		number("P", argv[i], 1, 100);
	numbers = read_numbers(&n);
	for (int i = 1; i < argc; i++)
		printf("p%s %lld\n", argv[i],
		       percentile(numbers, n, atoi(argv[i])));
	free(numbers);
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	return 0;
}
