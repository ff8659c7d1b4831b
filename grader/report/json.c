/* The result as JSON, one object per lab; every other format comes from it. */
#include "result.h"

#include <stdio.h>
#include <string.h>

enum { SCHEMA = 1 };

/* A string, whatever bytes a student's program printed. RFC 8259, 7. */
static void
string(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	putchar('"');
	while (*s != '\0') {
		int n = utf8_length(s);

		if (n == 0) {
			fputs("\\ufffd", stdout);
			s++;
		} else if (*s == '"' || *s == '\\') {
			printf("\\%c", *s++);
		} else if (*s == '\n') {
			fputs("\\n", stdout);
			s++;
		} else {
			unsigned long c = utf8_value(s, n);

			/* Also what a terminal would obey, were it printed. */
			if (is_hidden(c) && c <= 0xffff)
				printf("\\u%04lx", c);
			else
				fwrite(s, 1, (size_t)n, stdout);
			s += n;
		}
	}
	putchar('"');
}

static void
member(const char *name, const char *value)
{
	printf("\"%s\": ", name);
	string(value);
	fputs(", ", stdout);
}

static void
message(const struct test *test)
{
	static char text[256 << 10];

	text[0] = '\0';
	if (!test->passed)
		snprintf(text, sizeof(text),
			 "expected: %s\ncame: %s\n%s%s%s%s%s%s%s", test->wanted,
			 test->came,
			 *test->error != '\0' ? "standard error: " : "",
			 test->error, *test->error != '\0' ? "\n" : "",
			 test->why, *test->why != '\0' ? "\n" : "",
			 *test->means != '\0' ? "means: " : "", test->means);
	member("message", text);
}

void
json_print(const struct result *result)
{
	int gap = next_gap(result);
	const struct test *first = first_failure(result, gap);

	/* Nobody has to begin an optional gap because something else fails. */
	if (result->learner && first != NULL &&
	    (first->gap > 0 || is_optional(result, gap)))
		gap = first->gap;
	printf("{\"schema\": %d, ", SCHEMA);
	member("kit", result->kit);
	member("lab", result->lab);
	member("seed", result->seed);
	member("isolation", result->isolation);
	member("build", result->build);
	member("not_checked", result->lost);
	member("first", first == NULL ? "" : first->name);
	printf("\"next_gap\": %d, ", gap);
	printf("\"score\": %d, \"max_score\": %d, \"seconds\": %.3f, ",
	       result->score, result->max_score, result->seconds);
	fputs("\"tests\": [", stdout);
	for (int i = 0; i < result->ntests; i++) {
		const struct test *test = &result->tests[i];
		char replay[REPLAY_MAX], handout[512] = "";

		result_replay(result, test, replay, sizeof(replay));
		if (*test->section != '\0')
			snprintf(handout, sizeof(handout),
				 "handouts/%s.md, \"%s\"", result->lab,
				 test->section);
		fputs(i == 0 ? "\n {" : ",\n {", stdout);
		member("name", test->name);
		printf("\"gap\": %d, \"points\": %d, \"max_points\": %d, ",
		       test->gap, test->passed ? test->points : 0,
		       test->points);
		member("needs", test->needs);
		member("verdict", test->verdict);
		printf("\"passed\": %s, ", test->passed ? "true" : "false");
		printf("\"open\": %s, ",
		       is_left_open(result, test) ? "true" : "false");
		message(test);
		member("ran", test->passed ? "" : test->ran);
		member("wanted", test->passed ? "" : test->wanted);
		member("came", test->passed ? "" : test->came);
		member("stderr", test->passed ? "" : test->error);
		member("why", test->passed ? "" : test->why);
		member("means", test->passed ? "" : test->means);
		member("expected", test->expected);
		member("actual", test->actual);
		member("handout", handout);
		member("replay", replay);
		printf("\"seconds\": %.4f}", test->seconds);
	}
	fputs("\n]}\n", stdout);
}
