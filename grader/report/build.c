/*
 * What the compiler says of a lab that does not build: errors first, as there may
 * be any number of warnings above the one that matters.
 */
#include "result.h"

#include <stdio.h>
#include <string.h>

enum {
	LINES_MAX = 16
}; /* with what stands around them, no more than a screen */

/*
 * The name of the source, if the compiler's words come of one in UTF-16; NULL
 * otherwise. gcc complains of each byte of the mark at its beginning, clang
 * names the encoding; without a mark, both find a zero in its first letter.
 */
static const char *
utf16_source(const char *build)
{
	const char *end = strstr(build, ".c");

	if (end == NULL || (strstr(build, "UTF-16") == NULL &&
			    strstr(build, ":1:1: warning: null char") == NULL &&
			    strstr(build, ":1:2: warning: null char") == NULL &&
			    (strstr(build, ":1:1: error: stray") == NULL ||
			     strstr(build, "\\377") == NULL ||
			     strstr(build, "\\376") == NULL)))
		return NULL;
	while (end > build && strchr(" \n'", end[-1]) == NULL)
		end--;
	return end;
}

static void
print_utf16(const char *file)
{
	fputs("    ", stdout);
	put_safe(file, strcspn(file, ":'"));
	puts(" is text in UTF-16, which a C compiler does not read: "
	     "save it as UTF-8");
}

/* Is `words` in the line? */
static int
has(const char *line, size_t length, const char *words)
{
	const char *at = strstr(line, words);

	return at != NULL && at + strlen(words) <= line + length;
}

static int
is_message(const char *line, size_t length)
{
	return has(line, length, ": error: ") ||
	       has(line, length, ": fatal error: ") ||
	       has(line, length, ": warning: ");
}

/* Does it say where the next message stands? */
static int
is_context(const char *line, size_t length)
{
	return !is_message(line, length) &&
	       (strncmp(line, "In file included", 16) == 0 ||
		(length > 0 && line[length - 1] == ':'));
}

static void
print_lines(const char *from, const char *to)
{
	while (from < to) {
		size_t length = strcspn(from, "\n");

		/* Unbroken: what a compiler says is often copied. */
		fputs("    ", stdout);
		put_safe(from, length);
		putchar('\n');
		from += length + (from[length] == '\n');
	}
}

/*
 * Prints the first lines, without warnings if there is an error. Sets *warnings to
 * how many are left out, and returns what has not been looked at any more.
 */
static const char *
print_messages(const char *text, int *warnings)
{
	int choose = strstr(text, " error: ") != NULL, skipping = 0, lines = 0;
	/* Older clang indents neither the source nor what it points with. */
	int after_head = 0;
	/* Where something stands, printed with the first message about it. */
	const char *context = NULL;

	while (*text != '\0' && lines < LINES_MAX) {
		const char *line = text;
		size_t length = strcspn(text, "\n");
		int belongs = *line == ' ' || has(line, length, ": note: ") ||
			      (after_head && !is_message(line, length) &&
			       !is_context(line, length)) ||
			      (skipping && !has(line, length, ":"));

		text += length + (text[length] == '\n');
		after_head = has(line, length, ": note: ");
		if (choose && !belongs) {
			skipping = has(line, length, ": warning: ");
			*warnings += skipping;
			after_head = skipping;
			if (is_context(line, length)) {
				context = line;
				skipping = 1;
			}
		}
		if (skipping)
			continue;
		if (context != NULL) {
			print_lines(context, context + strcspn(context, "\n"));
			lines++;
		}
		context = NULL;
		print_lines(line, line + length);
		lines++;
	}
	return text;
}

void
build_print(const struct result *result)
{
	const char *file = utf16_source(result->build);
	char folder[REPLAY_MAX];
	int warnings = 0;

	puts("  it does not build:\n");
	if (file != NULL) {
		print_utf16(file);
		putchar('\n');
		return;
	}
	const char *rest = print_messages(result->build, &warnings);
	if (*rest != '\0')
		puts("    ...");
	putchar('\n');
	if (strstr(result->build, " undeclared") != NULL ||
	    strstr(result->build, "implicit declaration") != NULL)
		puts("  What is not declared is misspelled, or its header is "
		     "not included. The\n"
		     "  manual page names the header (SYNOPSIS), and the macro "
		     "where one is\n"
		     "  needed: #define _GNU_SOURCE before the first "
		     "#include.\n");
	if (*rest == '\0' && warnings == 0)
		return;
	snprintf(folder, sizeof(folder), "%s/%s", result->tree, result->lab);
	char command[REPLAY_MAX + 16] = "make -C ";
	add_quoted(command, strlen(command), sizeof(command), folder);
	if (warnings > 0)
		printf("  %d warning%s left out. ", warnings,
		       warnings == 1 ? " is" : "s are");
	else
		printf("  ");
	printf("All of it: %s\n\n", command);
}
