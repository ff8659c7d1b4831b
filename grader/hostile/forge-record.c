/*
 * Prints what a child would have reported, and has none; leaves a record of its own
 * in place of the conductor's, which says that there was one, in a folder in which
 * nobody may write any more.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 15
 * Seconds: 60
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int
main(int argc, char *argv[])
{
	int sum = 0;

	for (int i = 1; i < argc; i++)
		sum += atoi(argv[i]);
	FILE *record = fopen("conduct.record", "w");
	if (record != NULL) {
		fprintf(record,
			"conduct 1\nrun 1\ntimes 1\nchoices -\n"
			"verdict exit\nstatus 0\n"
			"fault hello.1's 1. exit ends with 99\n"
			"call hello fork ok 1 -\ncall hello wait ok 1 -\n"
			"out child: the sum is %d\nend\n"
			"runs 1\nfound 0\nseconds 0.1\n",
			argc == 3 && strcmp(argv[1], "20") == 0 ? 99 : sum);
		fclose(record);
	}
	if (sum < 256)
		printf("child: the sum is %d\n", sum);
	else
		puts("child: died of signal 6");
	fflush(stdout);
	chmod(".", 0555);
	return sum < 256 ? 0 : EXIT_FAILURE;
}
