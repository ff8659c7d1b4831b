/* Reads the directory in which the tests of one lab wrote their results. */
#include "result.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIELD_MAX = 64 << 10 }; /* bytes of a field that a report can show */

/* The contents of a field, without newlines at its end; "" if it is absent. */
static char *
field(const char *dir, const char *name)
{
	char path[4096];
	char *text = calloc(1, FIELD_MAX + 1);

	if (text == NULL)
		err(2, "calloc");
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *file = fopen(path, "re");
	size_t n = 0;
	if (file != NULL) {
		n = fread(text, 1, FIELD_MAX, file);
		fclose(file);
	}
	while (n > 0 && text[n - 1] == '\n')
		n--;
	text[n] = '\0';
	char *fit = realloc(text, n + 1);
	return fit != NULL ? fit : text;
}

static int
number_field(const char *dir, const char *name)
{
	char *text = field(dir, name);
	int number = atoi(text);

	free(text);
	return number;
}

static double
seconds_field(const char *dir)
{
	char *text = field(dir, "seconds");
	double seconds = strtod(text, NULL);

	free(text);
	return seconds;
}

static void
read_test(const char *dir, struct test *test)
{
	test->name = field(dir, "name");
	test->gap = number_field(dir, "gap");
	test->needs = field(dir, "needs");
	test->points = number_field(dir, "points");
	test->verdict = field(dir, "verdict");
	test->passed = strcmp(test->verdict, "OK") == 0;
	test->open = number_field(dir, "open");
	test->seconds = seconds_field(dir);
	test->ran = field(dir, "ran");
	test->wanted = field(dir, "wanted");
	test->came = field(dir, "came");
	test->error = field(dir, "error");
	test->status = field(dir, "status");
	test->means = field(dir, "means");
	test->why = field(dir, "why");
	test->when = field(dir, "when");
	test->failing = field(dir, "failing");
	test->words = field(dir, "words");
	test->section = field(dir, "section");
	test->expected = field(dir, "expected");
	test->actual = field(dir, "actual");
}

struct result *
result_read(const char *dir)
{
	struct result *result = calloc(1, sizeof(*result));

	if (result == NULL)
		err(2, "calloc");
	result->kit = field(dir, "kit");
	result->lab = field(dir, "lab");
	result->tree = field(dir, "tree");
	result->hidden = field(dir, "hidden");
	result->seed = field(dir, "seed");
	result->isolation = field(dir, "isolation");
	result->build = field(dir, "build");
	result->lost = field(dir, "lost");
	result->todo = field(dir, "todo");
	result->places = field(dir, "places");
	result->seconds = seconds_field(dir);
	int planned = number_field(dir, "planned");
	for (int i = 1; i <= planned && i <= TESTS_MAX; i++) {
		char path[4096];
		struct test *test = &result->tests[result->ntests];

		snprintf(path, sizeof(path), "%s/%03d", dir, i);
		read_test(path, test);
		if (*test->verdict == '\0') {
			warnx("test %d of %s left no result", i, result->lab);
			return NULL;
		}
		result->ntests++;
		result->max_score += test->points;
		if (test->passed)
			result->score += test->points;
	}
	return result;
}

const char *
result_todo(const struct result *result, long gap)
{
	const char *line = result->todo;

	while (*line != '\0') {
		char *place;

		if (strtol(line, &place, 10) == gap && *place == ' ')
			return place + 1;
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return NULL;
}

int
result_blocked_by(const struct result *result, const struct test *test)
{
	char *needs = test->needs;

	while (!test->passed && *needs != '\0') {
		long gap = strtol(needs, &needs, 10);

		if (gap == 0)
			break;
		if (result_todo(result, gap) != NULL)
			return (int)gap;
	}
	return 0;
}

void
result_replay(const struct result *result, const struct test *test, char *text,
	      size_t size)
{
	size_t used = (size_t)snprintf(text, size, "grader/grade -s ");

	used = add_quoted(text, used, size, result->seed);
	if (strcmp(result->tree, "labs") != 0) {
		used += (size_t)snprintf(text + used, size - used, " -t ");
		used = add_quoted(text, used, size, result->tree);
	}
	if (*result->hidden != '\0') {
		used += (size_t)snprintf(text + used, size - used, " -T ");
		used = add_quoted(text, used, size, result->hidden);
	}
	used += (size_t)snprintf(text + used, size - used, " -f \"");
	/* The name is a pattern there: '.' for what would be special in it. */
	for (const char *c = test->name; *c != '\0' && used + 3 < size; c++)
		text[used++] =
		    strchr("\"$`!\\.[](){}*+?^|", *c) != NULL || *c < ' ' ? '.'
									  : *c;
	snprintf(text + used, size - used, "\" %s", result->lab);
}

int
result_trace(const struct result *result, const struct test *test, char *text,
	     size_t size)
{
	size_t used;

	/* With "<" it may read a file that only the test has. */
	if (strcmp(test->verdict, "HANG") != 0 ||
	    (*test->when != '\0' && *test->failing == '\0') ||
	    strchr(test->failing, ' ') != NULL ||
	    strstr(test->failing, "each") != NULL ||
	    strncmp(test->ran, "./", 2) != 0 ||
	    strpbrk(test->ran, "\n;&<") != NULL || strlen(test->ran) > size / 4)
		return 0;
	used = (size_t)snprintf(text, size, "make trace LAB=%s", result->lab);
	if (strcmp(result->tree, "labs") != 0) {
		used += (size_t)snprintf(text + used, size - used, " TREE=");
		used = add_quoted(text, used, size, result->tree);
	}
	used += (size_t)snprintf(text + used, size - used, " RUN=");
	used = add_quoted(text, used, size, test->ran);
	if (*test->failing != '\0') {
		used += (size_t)snprintf(text + used, size - used, " FAIL=");
		add_quoted(text, used, size, test->failing);
	}
	return 1;
}
