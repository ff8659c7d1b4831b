/*
 * The report on the terminal: a line for each test, the first failure in
 * full, and the sum. 80 columns or fewer, and every character safe to print.
 */
#include "result.h"

#include <stdio.h>
#include <string.h>

enum {
	WIDTH = 80,
	NARROWEST = 40,
	INDENT = 14,	/* of the text after "    expected  " */
	LINES_MAX = 12, /* of one field */
	EXCERPT = 56,	/* bytes of a line that is cut */
	BEFORE = 20,	/* of them, before the first difference */
};

static const char *red, *green, *dim, *plain;
static size_t width = WIDTH;

/* Where to break a line of prose so that it fits. */
static size_t
fit(const char *text, size_t length, size_t room)
{
	if (length <= room)
		return length;
	for (size_t i = room; i > room / 2; i--)
		if (text[i] == ' ')
			return i;
	/* Not inside a character. */
	while (room > 1 && (text[room] & 0xc0) == 0x80)
		room--;
	return room;
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
		size_t part = fit(text, length, width - INDENT);

		printf("    %s%-9s%s ", dim, lines == 0 ? label : "", plain);
		put_safe(text, part);
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
 * Lines as they are: pictures. One that is wider than the report goes on in the
 * next line, indented further.
 */
static void
verbatim(const char *text, const char *indent, int max)
{
	size_t room = width - strlen(indent);
	int lines = 0;

	while (*text != '\0' && lines++ < max) {
		size_t length = strcspn(text, "\n"), blanks = strspn(text, " ");
		size_t part = fit(text, length, room);

		fputs(indent, stdout);
		put_safe(text, part);
		putchar('\n');
		while (part < length) {
			text += part + (text[part] == ' ');
			length = strcspn(text, "\n");
			part = fit(text, length, room - blanks - 4);
			printf("%s%*s", indent, (int)blanks + 4, "");
			put_safe(text, part);
			putchar('\n');
		}
		text += length + (text[length] == '\n');
	}
	if (*text != '\0')
		printf("%s...\n", indent);
}

/* The same, of a text whose first lines are not shown. */
static void
labelled_from(const char *label, const char *text, int line)
{
	if (line > 0) {
		printf("    %s%-9s%s ...\n", dim, label, plain);
		label = "";
	}
	for (; line > 0; line--) {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	labelled(label, text);
}

/* How many bytes two lines have in common, whole characters only. */
static size_t
common(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t n = 0;

	while (n < alen && n < blen && a[n] == b[n])
		n++;
	while (n > 0 && (a[n] & 0xc0) == 0x80)
		n--;
	return n;
}

/* Part of a line, from `start`; dots stand for what is left out. */
static void
excerpt(const char *sign, const char *line, size_t length, size_t start,
	const char *label)
{
	char text[2 * WIDTH];
	size_t part = length - start;
	int cut = part > EXCERPT;

	if (cut)
		for (part = EXCERPT; part > 0; part--)
			if ((line[start + part] & 0xc0) != 0x80)
				break;
	snprintf(text, sizeof(text), "%s %s%.*s%s", sign,
		 start > 0 ? "..." : "", (int)part, line + start,
		 cut ? "..." : "");
	labelled(label, text);
}

static int
same_line(const char *a, const char *b)
{
	size_t n = strcspn(a, "\n");

	return n == strcspn(b, "\n") && strncmp(a, b, n) == 0;
}

/* How many lines to leave out, so that the first that differs is among those shown. */
static int
lines_before(const char *expected, const char *actual)
{
	int same = 0;

	while (same_line(expected, actual)) {
		expected += strcspn(expected, "\n");
		actual += strcspn(actual, "\n");
		same++;
		if (*expected++ == '\0' || *actual++ == '\0')
			break;
	}
	return same > LINES_MAX / 2 ? same - LINES_MAX / 2 : 0;
}

static int
lines_of(const char *text)
{
	int n = 1;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

/*
 * The first line in which two outputs differ, cut around the place; or that
 * there is a line too many, or one is missing.
 */
static void
first_difference(const char *expected, const char *actual)
{
	char label[24];
	int line = 1;
	size_t e, a;

	for (;; line++) {
		e = strcspn(expected, "\n");
		a = strcspn(actual, "\n");
		if (!same_line(expected, actual))
			break;
		if (expected[e] == '\0' || actual[a] == '\0')
			break;
		expected += e + 1;
		actual += a + 1;
	}
	const char *enext = expected[e] != '\0' ? expected + e + 1 : NULL;
	const char *anext = actual[a] != '\0' ? actual + a + 1 : NULL;
	int same = same_line(expected, actual);
	/*
	 * Does the line that was expected come next, or what came go on there?
	 * With as many lines as expected, this one is another.
	 */
	int more = lines_of(actual) - lines_of(expected);
	int extra = more > 0 && anext != NULL && same_line(expected, anext);
	int missing = more < 0 && enext != NULL && same_line(enext, actual);

	if (same && enext == NULL && anext == NULL)
		return;
	if (same && enext == NULL) {
		snprintf(label, sizeof(label), "extra");
		printf("    %-9s line %d is one too many:\n", label, line + 1);
		excerpt("+", anext, strcspn(anext, "\n"), 0, "");
	} else if (same) {
		printf("    %-9s line %d:\n", "missing", line + 1);
		excerpt("-", enext, strcspn(enext, "\n"), 0, "");
	} else if (extra && !missing) {
		printf("    %-9s line %d is one too many:\n", "extra", line);
		excerpt("+", actual, a, 0, "");
	} else if (missing && !extra) {
		printf("    %-9s line %d:\n", "missing", line);
		excerpt("-", expected, e, 0, "");
	} else {
		size_t start = common(expected, e, actual, a);

		if (e <= EXCERPT && a <= EXCERPT)
			start = 0;
		else
			start = start > BEFORE ? start - BEFORE : 0;
		while (start > 0 && (expected[start] & 0xc0) == 0x80)
			start--;
		snprintf(label, sizeof(label), "line %d", line);
		excerpt("-", expected, e, start < e ? start : e, label);
		excerpt("+", actual, a, start < a ? start : a, "");
	}
}

static int
is_long(const char *text)
{
	return strchr(text, '\n') != NULL || strlen(text) > WIDTH - INDENT;
}

static void
print_failure(const struct result *result, const struct test *test)
{
	char line[REPLAY_MAX];

	printf("\n  %s%s%s", red, test->name, plain);
	if (test->gap > 0)
		printf("  %s(gap %d)%s", dim, test->gap, plain);
	putchar('\n');
	labelled("ran", test->ran);
	labelled("words", test->words);
	/* What the program itself says comes first: it often is the cause. */
	if (*test->error != '\0') {
		labelled("stderr", test->error);
		labelled("status", test->status);
	}
	if (*test->expected != '\0' &&
	    (is_long(test->expected) || is_long(test->actual)) &&
	    strcmp(test->verdict, "WRONG") == 0) {
		int left_out = lines_before(test->expected, test->actual);

		labelled_from("expected", test->expected, left_out);
		labelled_from(
		    "came", *test->actual != '\0' ? test->actual : "no output",
		    left_out);
		if (*test->actual != '\0')
			first_difference(test->expected, test->actual);
		labelled("", test->when);
	} else {
		labelled("expected", test->wanted);
		labelled("came", test->came);
	}
	if (*test->error == '\0' && strncmp(test->came, "no output", 9) == 0)
		labelled("status", test->status);
	verbatim(test->why, "      ", 3 * LINES_MAX);
	labelled("means", test->means);
	if (*test->section != '\0') {
		snprintf(line, sizeof(line), "handouts/%s.md, \"%s\"",
			 result->lab, test->section);
		labelled("read", line);
	}
	result_replay(result, test, line, sizeof(line));
	printf("    %s%-9s%s %s\n", dim, "again", plain, line);
	if (result_trace(result, test, line, sizeof(line)))
		printf("    %s%-9s%s %s\n", dim, "draw", plain, line);
}

enum { GIVEN = 1, EXTRA = 2, OPEN = 4 }; /* words that need to be explained */

/*
 * "  FAIL   0/15  the name". In place of the points, a test that cannot pass
 * yet names the gap that it needs. Returns which of the words above it printed.
 */
static int
print_line(const struct result *result, const struct test *test)
{
	int blocked = result_blocked_by(result, test);
	int open = is_left_open(result, test), words = open ? OPEN : 0;
	const char *mark = test->passed ? "ok"
			   : open	? "open"
			   : blocked	? "-"
					: "FAIL";
	const char *colour = test->passed ? green : open || blocked ? dim : red;
	char points[32];

	if (is_optional(result, test->gap)) {
		snprintf(points, sizeof(points), "extra");
		words |= EXTRA;
	} else if (blocked) {
		snprintf(points, sizeof(points), "gap %d", blocked);
	} else if (test->points == 0) {
		snprintf(points, sizeof(points), "given");
		words |= GIVEN;
	} else {
		snprintf(points, sizeof(points), "%d/%d",
			 test->passed ? test->points : 0, test->points);
	}
	printf("  %s%-4s%s %6s  ", colour, mark, plain, points);
	put_safe(test->name, strlen(test->name));
	if (!test->passed && !open && !blocked &&
	    strcmp(test->verdict, "WRONG") != 0)
		printf("  %s%s%s", red, test->verdict, plain);
	putchar('\n');
	return words;
}

/* What those words mean that stand above. */
static void
print_legend(int words)
{
	if (words != 0)
		putchar('\n');
	if (words & GIVEN)
		printf("  %sgiven: a part that came with the starter; keep it "
		       "working%s\n",
		       dim, plain);
	if (words & EXTRA)
		printf("  %sextra: for no points%s%s\n", dim,
		       words & OPEN ? "; open: not begun, which costs nothing"
				    : "",
		       plain);
}

/* How many more failures there are that are not shown in full. */
static void
print_rest(const struct result *result, const struct test *shown)
{
	int more = 0, waiting = 0;

	for (int i = 0; i < result->ntests; i++) {
		const struct test *test = &result->tests[i];
		if (test->passed || test == shown || is_left_open(result, test))
			continue;
		if (can_be_fixed(result, test))
			more++;
		else
			waiting++;
	}
	if (more > 0 && waiting > 0)
		printf("\n  %d more failed, %d need%s a gap that is open; "
		       "fix this one first.\n",
		       more, waiting, waiting == 1 ? "s" : "");
	else if (more > 0)
		printf("\n  %d more failed; fix this one first.\n", more);
	else if (waiting > 0)
		printf("\n  %d need%s a gap that is open.\n", waiting,
		       waiting == 1 ? "s" : "");
}

/* Where to go on, if the next gap is still open. */
static void
print_next(const struct result *result, int gap)
{
	const char *place = gap > 0 ? result_todo(result, gap) : NULL;

	if (place != NULL)
		printf("  %s: gap %d is still open, at TODO %d in ",
		       is_optional(result, gap) ? "Optional" : "Next", gap,
		       gap);
	if (place != NULL) {
		put_safe(result->tree, strlen(result->tree));
		printf("/%s/", result->lab);
		put_safe(place, strcspn(place, "\n"));
		putchar('\n');
	}
}

static void
print_head(const struct result *result)
{
	char head[128];
	snprintf(head, sizeof(head), "%s  %d/%d", result->lab, result->score,
		 result->max_score);
	char box[160];
	snprintf(box, sizeof(box), "box: %s, seed %s", result->isolation,
		 result->seed);
	printf("%s%*s%s\n\n", head,
	       (int)(WIDTH > strlen(head) + strlen(box)
			 ? WIDTH - strlen(head) - strlen(box)
			 : 2),
	       "", box);
}

void
text_print(const struct result *result, int colour, enum shown shown,
	   size_t columns)
{
	if (columns < width)
		width = columns < NARROWEST ? NARROWEST : columns;
	red = colour ? "\033[31m" : "";
	green = colour ? "\033[32m" : "";
	dim = colour ? "\033[2m" : "";
	plain = colour ? "\033[0m" : "";

	if (shown != FIRST_FAILURE)
		print_head(result);
	if (*result->build != '\0') {
		build_print(result);
	} else {
		int words = 0;
		for (int i = 0; i < result->ntests && shown != FIRST_FAILURE;
		     i++)
			words |= print_line(result, &result->tests[i]);
		print_legend(words);
		int gap = next_gap(result);
		const struct test *first = first_failure(result, gap);
		for (int i = 0; i < result->ntests; i++) {
			const struct test *test = &result->tests[i];
			if (shown == EVERY_FAILURE
				? !test->passed && !is_left_open(result, test)
				: test == first)
				print_failure(result, test);
		}
		if (shown != EVERY_FAILURE)
			print_rest(result, first);
		print_next(result, gap);
	}
	if (*result->lost != '\0') {
		printf("\n  Not checked here:\n");
		labelled("", result->lost);
	}
}
