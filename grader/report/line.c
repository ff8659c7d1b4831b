/* The result of a lab in one line: name, points, tests, seconds. */
#include "result.h"

#include <stdio.h>

void
line_print(const struct result *result)
{
	int passed = 0;

	for (int i = 0; i < result->ntests; i++)
		passed += result->tests[i].passed;
	printf("%-12s %3d/%d  %2d/%d tests  %4.1f s%s\n", result->lab,
	       result->score, result->max_score, passed, result->ntests,
	       result->seconds,
	       *result->build != '\0' ? "  does not build" : "");
}
