/* Where in the student's files a failure is to be looked for. */
#include "result.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The rest of the first line of `list` that begins with `key` and a blank. */
static const char *
entry(const char *list, const char *key)
{
	size_t length = strlen(key);

	for (; *list != '\0'; list += *list == '\n') {
		if (strncmp(list, key, length) == 0 && list[length] == ' ')
			return list + length + 1;
		list += strcspn(list, "\n");
	}
	return NULL;
}

/* Is this one of the files that were handed in? */
static int
is_theirs(const struct result *result, const char *name, size_t length)
{
	const char *line = result->places;

	for (; length > 0 && *line != '\0'; line += *line == '\n') {
		if (strncmp(line, "file ", 5) == 0 &&
		    strncmp(line + 5, name, length) == 0 &&
		    line[5 + length] == ':')
			return 1;
		line += strcspn(line, "\n");
	}
	return 0;
}

size_t
name_at(const struct result *result, const char *text)
{
	size_t length = strcspn(text, ":\n/ ");

	return text[length] == ':' && is_theirs(result, text, length) ? length
								      : 0;
}

int
place_at(const struct result *result, const char *text, struct place *place)
{
	char *end;

	place->name = text;
	place->length = name_at(result, text);
	if (place->length == 0 ||
	    !isdigit((unsigned char)text[place->length + 1]))
		return 0;
	place->line = strtol(text + place->length + 1, &end, 10);
	return 1;
}

/* The first place of theirs that `text` names. */
static int
named_place(const struct result *result, const char *text, struct place *place)
{
	for (const char *s = text; *s != '\0'; s++)
		if ((s == text || strchr(" \n/('", s[-1]) != NULL) &&
		    place_at(result, s, place))
			return 1;
	return 0;
}

/* The main of the first program that the scenario runs: "./pipeline". */
static int
program_place(const struct result *result, const char *ran, struct place *place)
{
	char key[256];

	while ((ran = strstr(ran, "./")) != NULL) {
		ran += 2;
		snprintf(key, sizeof(key), "main-%.*s",
			 (int)strspn(ran, "abcdefghijklmnopqrstuvwxyz"
					  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					  "0123456789_-"),
			 ran);
		const char *at = entry(result->places, key);
		if (at != NULL && place_at(result, at, place))
			return 1;
	}
	return 0;
}

/*
 * Where to look for a failure: at the place that it names; at its gap, open or
 * filled; at the gap that it waits for; at the program that ran; in the first of
 * the files.
 */
void
find_place(const struct result *result, const struct test *test,
	   struct place *place)
{
	int blocked = result_blocked_by(result, test);
	int gap = test->gap > 0 ? test->gap : blocked;
	const char *at = NULL;
	char key[32];

	if (!blocked && !is_left_open(result, test) &&
	    (named_place(result, test->came, place) ||
	     named_place(result, test->why, place)))
		return;
	if (gap > 0)
		at = result_todo(result, gap);
	snprintf(key, sizeof(key), "gap-%d", gap);
	if (at == NULL)
		at = entry(result->places, key);
	if (at != NULL && place_at(result, at, place))
		return;
	if (program_place(result, test->ran, place))
		return;
	at = entry(result->places, "file");
	if (at == NULL || !place_at(result, at, place))
		*place = (struct place){ "Makefile", strlen("Makefile"), 1 };
}
