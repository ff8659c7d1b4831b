/*
 * What was found, in the form in which compilers say it, so that an editor can
 * lead to the place:
 *
 *	labs/LAB/FILE.c:88: error: NAME: expected ..., came ... [gap 3, 0/8]
 *
 * error: a test that failed; warning: one that is for no points; note: a gap that is
 * left open, or a test that waits for another gap. What the compiler says keeps
 * its own words. A last line, which is no finding, has the points.
 */
#include "result.h"

#include <stdio.h>
#include <string.h>

enum { PART_MAX = 160 }; /* bytes of one text of a finding */

static void
put_text(const char *text)
{
	put_safe(text, strlen(text));
}

static void
put_path(const struct result *result, const char *name, size_t length)
{
	put_text(result->tree);
	printf("/%s/", result->lab);
	put_safe(name, length);
}

static void
put_place(const struct result *result, const struct place *place)
{
	put_path(result, place->name, place->length);
	printf(":%ld: ", place->line);
}

/* A text of several lines in one, cut. */
static void
put_part(const char *before, const char *text)
{
	size_t left = PART_MAX;

	if (*text == '\0')
		return;
	fputs(before, stdout);
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");
		size_t part = length < left ? length : left;

		/* Not inside a character. */
		while (part < length && part > 0 &&
		       ((unsigned char)text[part] & 0xc0) == 0x80)
			part--;
		put_safe(text, part);
		left -= part;
		text += length + (text[length] == '\n');
		if (part < length || (left == 0 && *text != '\0')) {
			fputs(" ...", stdout);
			return;
		}
		if (*text != '\0')
			fputs(" | ", stdout);
	}
}

/*
 * One line of the compiler's or the linker's, with the path of the file that it
 * names. Returns whether it is a finding.
 */
static int
put_compilers(const struct result *result, const char *line, size_t length)
{
	static const char *const words[] = { "error", "warning", "note",
					     "fatal error" };
	char text[4096];
	struct place place;
	const char *start = text, *from, *rest;

	snprintf(text, sizeof(text), "%.*s", (int)length, line);
	/* The linker names the box's folder. */
	if (strncmp(text, "/tmp/lab/", 9) == 0)
		start = strrchr(text, '/') + 1;
	from = strstr(text, " from ");
	if (strncmp(text, "In file included", 16) == 0 && from != NULL &&
	    name_at(result, from + 6) > 0) {
		put_safe(text, (size_t)(from + 6 - text));
		put_path(result, from + 6, strlen(from + 6));
		putchar('\n');
		return 0;
	}
	if (!place_at(result, start, &place)) {
		if (name_at(result, text) > 0)
			put_path(result, text, strlen(text));
		else
			put_text(text);
		putchar('\n');
		return 0;
	}
	rest = start + place.length + 1;
	rest += strspn(rest, "0123456789:");
	put_path(result, start, (size_t)(rest - start));
	rest += strspn(rest, " ");
	putchar(' ');
	size_t word = 0;
	while (word < sizeof(words) / sizeof(words[0]) &&
	       strncmp(rest, words[word], strlen(words[word])) != 0)
		word++;
	if (word == sizeof(words) / sizeof(words[0]))
		fputs("error: ", stdout);
	put_text(rest);
	putchar('\n');
	return 1;
}

/* Whether there was a finding among these lines. */
static int
put_all_compilers(const struct result *result, const char *text)
{
	int found = 0;

	while (*text != '\0') {
		size_t length = strcspn(text, "\n");

		found |= put_compilers(result, text, length);
		text += length + (text[length] == '\n');
	}
	return found;
}

/* What the grader itself refuses: "pipes/handoff.c is missing", "...:3: ..." */
static int
put_refused(const struct result *result, const char *line)
{
	size_t lab = strlen(result->lab);
	size_t name = strcspn(line, " :\n"), end = strcspn(line, "\n");

	if (strncmp(line, result->lab, lab) != 0 || line[lab] != '/' ||
	    name <= lab + 1)
		return 0;
	put_path(result, line + lab + 1, name - lab - 1);
	if (line[name] == ':') {
		size_t number = 1 + strspn(line + name + 1, "0123456789");

		put_safe(line + name, number);
		name += number + (line[name + number] == ':');
	} else {
		fputs(":1", stdout);
	}
	fputs(": error:", stdout);
	put_safe(line + name, end - name);
	putchar('\n');
	return 1;
}

static void
put_build(const struct result *result)
{
	const struct test whole = {
		.came = "", .why = "", .ran = "", .needs = ""
	};
	const char *line = result->build;
	struct place place;
	int found = 0;

	for (; *line != '\0'; line += *line == '\n') {
		found |= put_refused(result, line);
		line += strcspn(line, "\n");
	}
	if (found || put_all_compilers(result, result->build))
		return;
	find_place(result, &whole, &place);
	put_place(result, &place);
	put_part("error: it does not build: ", result->build);
	putchar('\n');
}

static void
put_finding(const struct result *result, const struct test *test)
{
	int blocked = result_blocked_by(result, test);
	int open = is_left_open(result, test);
	struct place place;

	/* The first test of a lab: the compiler's words stand for themselves. */
	if (strcmp(test->ran, "make") == 0 && !blocked && !open &&
	    put_all_compilers(result, test->came))
		return;
	find_place(result, test, &place);
	put_place(result, &place);
	printf("%s: ", open || blocked			? "note"
		       : is_optional(result, test->gap) ? "warning"
							: "error");
	put_text(test->name);
	if (!open && !blocked) {
		put_part(": expected ", test->wanted);
		put_part(", came ", test->came);
		put_part("; ", test->means);
	}
	fputs(" [", stdout);
	if (!open && !blocked && strcmp(test->verdict, "WRONG") != 0)
		printf("%s, ", test->verdict);
	if (test->gap > 0)
		printf("gap %d, ", test->gap);
	if (open)
		printf("optional, not begun]\n");
	else if (blocked)
		printf("needs gap %d]\n", blocked);
	else if (test->points > 0)
		printf("0/%d]\n", test->points);
	else
		printf("no points]\n");
}

void
editor_print(const struct result *result)
{
	if (*result->build != '\0')
		put_build(result);
	for (int i = 0; *result->build == '\0' && i < result->ntests; i++)
		if (!result->tests[i].passed)
			put_finding(result, &result->tests[i]);
	line_print(result);
}
