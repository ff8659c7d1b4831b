/*
 * report: shows the result of one lab.
 *
 *	report [-c] [-a | -1] [-w COLUMNS] RESULTS
 *					on the terminal; -c in colour, -a all
 *					failures in full, not only the first;
 *					-1 that one alone, without the list;
 *					-w for a terminal that is so narrow
 *	report -j RESULTS		as JSON
 *	report -q RESULTS		in one line
 *	report -g RESULTS		as a compiler would, for editors
 *
 * With -l, the first failure is the one for a learner (first.c).
 *
 * Exit: 0 full marks, 1 less, 2 no complete result, or a fault of the grader.
 */
#include "result.h"

#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	int colour = 0, json = 0, line = 0, editor = 0, learner = 0, option;
	size_t columns = SIZE_MAX;
	enum shown shown = LIST;

	while ((option = getopt(argc, argv, "1acgjlqw:")) != -1) {
		if (option == 'c')
			colour = 1;
		else if (option == 'j')
			json = 1;
		else if (option == 'q')
			line = 1;
		else if (option == 'g')
			editor = 1;
		else if (option == 'l')
			learner = 1;
		else if (option == 'w')
			columns = strtoul(optarg, NULL, 10);
		else if (option == 'a')
			shown = EVERY_FAILURE;
		else if (option == '1')
			shown = FIRST_FAILURE;
		else
			return 2;
	}
	if (optind != argc - 1) {
		fprintf(stderr,
			"usage: report [-1acgjlq] [-w COLUMNS] RESULTS\n");
		return 2;
	}
	struct result *result = result_read(argv[optind]);
	if (result == NULL || result->ntests == 0)
		return 2;
	result->learner = learner;
	for (int i = 0; i < result->ntests; i++) {
		const struct test *test = &result->tests[i];
		if (strcmp(test->verdict, "ERROR") == 0)
			errx(2, "the grader could not judge \"%s\": %s",
			     test->name, test->came);
	}
	if (json)
		json_print(result);
	else if (editor)
		editor_print(result);
	else if (line)
		line_print(result);
	else
		text_print(result, colour, shown, columns);
	if (fflush(stdout) == EOF)
		err(2, "standard output");
	return result->score == result->max_score ? 0 : 1;
}
