/* The result as JSON, one object per lab; every other format comes from it. */
#include "result.h"

#include <stdio.h>
#include <string.h>

enum { SCHEMA = 1 };

/* Length of the UTF-8 sequence at `s`, or 0 if there is none. */
static int
utf8_length(const unsigned char *s)
{
	int n = s[0] < 0x80		       ? 1
		: s[0] >= 0xc2 && s[0] <= 0xdf ? 2
		: s[0] >= 0xe0 && s[0] <= 0xef ? 3
		: s[0] >= 0xf0 && s[0] <= 0xf4 ? 4
					       : 0;

	for (int i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* Overlong forms, surrogates, and beyond U+10FFFF. */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

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
		} else if (*s < 0x20 || *s == 0x7f) {
			printf("\\u%04x", *s++);
		} else {
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
	printf("{\"schema\": %d, ", SCHEMA);
	member("kit", result->kit);
	member("lab", result->lab);
	member("seed", result->seed);
	member("isolation", result->isolation);
	member("build", result->build);
	printf("\"score\": %d, \"max_score\": %d, \"seconds\": %.3f, ",
	       result->score, result->max_score, result->seconds);
	fputs("\"tests\": [", stdout);
	for (int i = 0; i < result->ntests; i++) {
		const struct test *test = &result->tests[i];
		char replay[1024], handout[512] = "";

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
		message(test);
		member("expected", test->expected);
		member("actual", test->actual);
		member("handout", handout);
		member("replay", replay);
		printf("\"seconds\": %.4f}", test->seconds);
	}
	fputs("\n]}\n", stdout);
}
