/*
 * The report on the terminal: a line for each test, the first failure in
 * full, and the sum. 80 columns, and every character safe to print.
 */
#include "result.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
	WIDTH = 80,
	INDENT = 14,	/* of the text after "    expected  " */
	LINES_MAX = 12, /* of one field */
	BUILD_LINES = 40,
};

static const char *red, *green, *dim, *plain;

/* A byte of a student's output, made safe for a terminal. */
static void
put_safe(char c)
{
	unsigned char u = (unsigned char)c;

	if (u == '\t')
		putchar('\t');
	else if (u < 0x20 || u == 0x7f)
		printf("\\x%02x", u);
	else
		putchar(u);
}

/* Where to break a line of prose so that it fits. */
static size_t
fit(const char *text, size_t length, size_t width)
{
	if (length <= width)
		return length;
	for (size_t i = width; i > width / 2; i--)
		if (text[i] == ' ')
			return i;
	return width;
}

/*
 * "    label     text", broken to the width; further lines are indented.
 * Prose breaks at spaces; what a program printed keeps its own lines.
 */
static void
labelled(const char *label, const char *text)
{
	int lines = 0;

	while (*text != '\0' && lines < LINES_MAX) {
		size_t length = strcspn(text, "\n");
		size_t part = fit(text, length, WIDTH - INDENT);

		printf("    %s%-9s%s ", dim, lines == 0 ? label : "", plain);
		for (size_t i = 0; i < part; i++)
			put_safe(text[i]);
		putchar('\n');
		text += part;
		if (*text == ' ' && part < length)
			text++;
		else if (*text == '\n')
			text++;
		lines++;
	}
	if (*text != '\0')
		printf("    %-9s ...\n", "");
}

/*
 * Lines as they are: pictures and the compiler's messages. One that is wider
 * than `width` goes on in the next line, indented further.
 */
static void
verbatim(const char *text, const char *indent, int max, size_t width)
{
	int lines = 0;

	width -= strlen(indent);
	while (*text != '\0' && lines++ < max) {
		size_t length = strcspn(text, "\n"), blanks = strspn(text, " ");
		size_t part = fit(text, length, width);

		fputs(indent, stdout);
		for (size_t i = 0; i < part; i++)
			put_safe(text[i]);
		putchar('\n');
		while (part < length) {
			text += part + (text[part] == ' ');
			length = strcspn(text, "\n");
			part = fit(text, length, width - blanks - 4);
			printf("%s%*s", indent, (int)blanks + 4, "");
			for (size_t i = 0; i < part; i++)
				put_safe(text[i]);
			putchar('\n');
		}
		text += length + (text[length] == '\n');
	}
	if (*text != '\0')
		printf("%s...\n", indent);
}

/* The first line in which two outputs differ. */
static void
first_difference(const char *expected, const char *actual)
{
	int line = 1;

	for (;;) {
		size_t e = strcspn(expected, "\n"), a = strcspn(actual, "\n");

		if (e != a || strncmp(expected, actual, e) != 0) {
			char text[256];
			snprintf(text, sizeof(text), "- %.*s\n+ %.*s",
				 e < 60 ? (int)e : 60, expected,
				 a < 60 ? (int)a : 60, actual);
			char label[24];
			snprintf(label, sizeof(label), "line %d", line);
			labelled(label, text);
			return;
		}
		if (expected[e] == '\0' || actual[a] == '\0') {
			char text[96];
			snprintf(text, sizeof(text), "%s after line %d",
				 expected[e] == '\0' ? "more came"
						     : "no more came",
				 line);
			labelled("differs", text);
			return;
		}
		expected += e + 1;
		actual += a + 1;
		line++;
	}
}

static int
is_long(const char *text)
{
	return strchr(text, '\n') != NULL;
}

static void
print_failure(const struct result *result, const struct test *test)
{
	char line[1024];

	printf("\n  %s%s%s", red, test->name, plain);
	if (test->gap > 0)
		printf("  %s(gap %d)%s", dim, test->gap, plain);
	putchar('\n');
	labelled("ran", test->ran);
	if (*test->expected != '\0' &&
	    (is_long(test->expected) || is_long(test->actual)) &&
	    strcmp(test->verdict, "WRONG") == 0) {
		labelled("expected", test->expected);
		labelled("came",
			 *test->actual != '\0' ? test->actual : "no output");
		first_difference(test->expected, test->actual);
	} else {
		labelled("expected", test->wanted);
		labelled("came", test->came);
	}
	verbatim(test->why, "      ", 3 * LINES_MAX, WIDTH);
	labelled("stderr", test->error);
	labelled("means", test->means);
	if (*test->section != '\0') {
		snprintf(line, sizeof(line), "handouts/%s.md, \"%s\"",
			 result->lab, test->section);
		labelled("read", line);
	}
	result_replay(result, test, line, sizeof(line));
	printf("    %s%-9s%s %s\n", dim, "again", plain, line);
}

/*
 * "  FAIL   0/15  the name". In place of the points, a test that cannot pass
 * yet names the gap that it needs.
 */
static void
print_line(const struct result *result, const struct test *test)
{
	int blocked = result_blocked_by(result, test);
	const char *mark = test->passed ? "ok" : blocked ? "-" : "FAIL";
	const char *colour = test->passed ? green : blocked ? dim : red;
	char points[32];

	if (blocked)
		snprintf(points, sizeof(points), "gap %d", blocked);
	else if (test->points == 0)
		snprintf(points, sizeof(points), "given");
	else
		snprintf(points, sizeof(points), "%d/%d",
			 test->passed ? test->points : 0, test->points);
	printf("  %s%-4s%s %6s  %s", colour, mark, plain, points, test->name);
	if (!test->passed && !blocked && strcmp(test->verdict, "WRONG") != 0)
		printf("  %s%s%s", red, test->verdict, plain);
	putchar('\n');
}

/* A failure that can be fixed now: it needs no other open gap. */
static int
can_be_fixed(const struct result *result, const struct test *test)
{
	return !test->passed && result_blocked_by(result, test) == 0;
}

/*
 * The gap with which a student goes on: the lowest with a failure that can be
 * fixed now. If there is none (two gaps may need each other), the lowest that
 * fails.
 */
static int
next_gap(const struct result *result)
{
	int next = 0, lowest = 0;

	for (int i = 0; i < result->ntests; i++) {
		const struct test *test = &result->tests[i];
		if (test->passed || test->gap == 0)
			continue;
		if (lowest == 0 || test->gap < lowest)
			lowest = test->gap;
		if (can_be_fixed(result, test) &&
		    (next == 0 || test->gap < next))
			next = test->gap;
	}
	return next != 0 ? next : lowest;
}

/*
 * The failure to look at first: one that can be fixed, if there is any, of the
 * lab as a whole or of that gap, if there is any. NULL: nothing failed.
 */
static const struct test *
first_failure(const struct result *result, int gap)
{
	const struct test *first = NULL;
	int best = -1;

	for (int i = 0; i < result->ntests; i++) {
		const struct test *test = &result->tests[i];
		int rank = 2 * can_be_fixed(result, test) +
			   (test->gap == 0 || test->gap == gap);
		if (test->passed || rank <= best)
			continue;
		first = test;
		best = rank;
	}
	return first;
}

/* How many more failures there are that are not shown in full. */
static void
print_rest(const struct result *result, const struct test *shown)
{
	int more = 0, waiting = 0;

	for (int i = 0; i < result->ntests; i++) {
		const struct test *test = &result->tests[i];
		if (test->passed || test == shown)
			continue;
		if (can_be_fixed(result, test))
			more++;
		else
			waiting++;
	}
	if (more > 0 && waiting > 0)
		printf("\n  %d more failed, %d need%s another gap; "
		       "fix this one first.\n",
		       more, waiting, waiting == 1 ? "s" : "");
	else if (more > 0)
		printf("\n  %d more failed; fix this one first.\n", more);
	else if (waiting > 0)
		printf("\n  %d need%s another gap.\n", waiting,
		       waiting == 1 ? "s" : "");
}

/* Where to go on, if the next gap is still open. */
static void
print_next(const struct result *result, int gap)
{
	const char *place = gap > 0 ? result_todo(result, gap) : NULL;

	if (place != NULL)
		printf("  Next: gap %d is still open, at TODO %d in "
		       "%s/%s/%.*s\n",
		       gap, gap, result->tree, result->lab,
		       (int)strcspn(place, "\n"), place);
}

void
text_print(const struct result *result, int colour, int all)
{
	red = colour ? "\033[31m" : "";
	green = colour ? "\033[32m" : "";
	dim = colour ? "\033[2m" : "";
	plain = colour ? "\033[0m" : "";

	char head[128];
	snprintf(head, sizeof(head), "%s  %d/%d", result->lab, result->score,
		 result->max_score);
	char box[160];
	snprintf(box, sizeof(box), "box: %s, seed %s", result->isolation,
		 result->seed);
	printf("%s%*s%s%s\n\n", head,
	       (int)(WIDTH > strlen(head) + strlen(box)
			 ? WIDTH - strlen(head) - strlen(box)
			 : 2),
	       "", box, "");
	if (*result->build != '\0') {
		printf("  it does not build:\n\n");
		/* Unbroken: what a compiler says is often copied. */
		verbatim(result->build, "    ", BUILD_LINES, SIZE_MAX);
		putchar('\n');
	} else {
		for (int i = 0; i < result->ntests; i++)
			print_line(result, &result->tests[i]);
		int gap = next_gap(result);
		const struct test *first = first_failure(result, gap);
		for (int i = 0; i < result->ntests; i++) {
			const struct test *test = &result->tests[i];
			if (all ? !test->passed : test == first)
				print_failure(result, test);
		}
		if (!all)
			print_rest(result, first);
		print_next(result, gap);
	}
	if (*result->lost != '\0') {
		printf("\n  Not checked here:\n");
		labelled("", result->lost);
	}
}
