/*
 * mutate: systematic mutants of a C file with gaps.
 *
 *	mutate FILE		lists them: name, gap, line, what is wrong
 *	mutate FILE NAME	prints the file with that mistake
 */
#include "mutate.h"
#include <err.h>
#include <stdio.h>
#include <string.h>

int
main(int argc, char *argv[])
{
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		printf("usage: mutate FILE [NAME]\n");
		return 0;
	}
	if (argc != 2 && argc != 3) {
		fprintf(stderr, "usage: mutate FILE [NAME]\n");
		return 2;
	}
	tokens_read(argv[1]);
	statements();
	if (argc == 2)
		mutants_list(argv[1]);
	else if (!mutants_print(argv[1], argv[2]))
		errx(2, "%s: no mutant %s", argv[1], argv[2]);
	return fflush(stdout) == EOF ? 2 : 0;
}
