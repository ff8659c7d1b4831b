/* The list of mutants, and their names. */
#define _GNU_SOURCE
#include "mutate.h"
#include <err.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHANGES_MAX = 4 };

struct mutant {
	char *name;
	int gap, line;
	char *words;
	uint32_t hash;	    /* of the code around, and of the changes */
	const char *header; /* that the file may not include yet; or NULL */
	int n;
	struct {
		size_t start, end;
		char *by;
	} changes[CHANGES_MAX]; /* in the order of the text */
};

static struct mutant *mutants;
static int n_mutants;
static int context; /* the first token that the name of the last depends on */
static bool dropped = true;

const char *function;

/* FNV-1a, 32 bits. */
static uint32_t
hash(uint32_t h, const char *s)
{
	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h;
}

static char *
print(const char *format, ...)
{
	va_list list;
	char *line;

	va_start(list, format);
	if (vasprintf(&line, format, list) == -1)
		err(2, "mutants");
	va_end(list);
	return line;
}

void
mutant(const char *kind, int first, int last, int at, const char *words, ...)
{
	va_list list;

	dropped = tokens[at].gap == 0;
	if (dropped)
		return;
	mutants = realloc(mutants, (n_mutants + 1) * sizeof(*mutants));
	if (mutants == NULL)
		err(2, "mutants");
	struct mutant *m = &mutants[n_mutants++];
	memset(m, 0, sizeof(*m));
	va_start(list, words);
	if (vasprintf(&m->words, words, list) == -1)
		err(2, "mutants");
	va_end(list);
	m->gap = tokens[at].gap;
	m->line = tokens[at].line;
	m->name = print("%s-%s", function, kind);
	char *around = code(first, last);
	m->hash = hash(2166136261u, around);
	free(around);
	context = first;
}

void
change(int first, int last, const char *by)
{
	char where[40];

	if (dropped)
		return;
	struct mutant *m = &mutants[n_mutants - 1];
	if (m->n == CHANGES_MAX)
		errx(2, "%s: too many changes", m->name);
	size_t start = tokens[first].start;
	size_t end = last > first ? tokens[last - 1].end : start;
	/* Behind what stands there, when the gap ends before the next token. */
	if (last == first && first > 0 && tokens[first].gap == 0)
		start = end = tokens[first - 1].end;
	m->changes[m->n].start = start;
	m->changes[m->n].end = end;
	m->changes[m->n].by = strdup(by);
	if (m->changes[m->n++].by == NULL)
		err(2, "mutants");
	/* The place by tokens: layout may change. */
	snprintf(where, sizeof(where), " %d %d ", first - context,
		 last - context);
	m->hash = hash(hash(m->hash, where), by);
}

void
include(const char *header)
{
	if (dropped)
		return;
	struct mutant *m = &mutants[n_mutants - 1];
	m->header = header;
	m->hash = hash(m->hash, header);
}

/* Whether two mutants make the same text. */
static bool
equal(const struct mutant *a, const struct mutant *b)
{
	if (a->n != b->n)
		return false;
	for (int i = 0; i < a->n; i++)
		if (a->changes[i].start != b->changes[i].start ||
		    a->changes[i].end != b->changes[i].end ||
		    strcmp(a->changes[i].by, b->changes[i].by) != 0)
			return false;
	return true;
}

/* Completes the names: FILE-FUNCTION-KIND-HASH, and -N if that has been there
 * before. Removes what is there twice. */
static void
name_all(const char *file)
{
	const char *base = strrchr(file, '/') ? strrchr(file, '/') + 1 : file;
	int kept = 0;

	for (int i = 0; i < n_mutants; i++) {
		struct mutant *m = &mutants[i];
		int same = 1;
		bool twice = false;
		char *stem = print("%.*s-%s-%06x", (int)strcspn(base, "."),
				   base, m->name, (unsigned)m->hash & 0xffffff);

		for (int j = 0; j < kept; j++) {
			twice |= equal(m, &mutants[j]);
			same +=
			    strncmp(mutants[j].name, stem, strlen(stem)) == 0;
		}
		if (twice)
			continue;
		m->name = same == 1 ? stem : print("%s-%d", stem, same);
		mutants[kept++] = *m;
	}
	n_mutants = kept;
}

void
mutants_list(const char *file)
{
	name_all(file);
	for (int i = 0; i < n_mutants; i++)
		printf("%s\t%d\t%d\t%s\n", mutants[i].name, mutants[i].gap,
		       mutants[i].line, mutants[i].words);
}

bool
mutants_print(const char *file, const char *name)
{
	size_t at = 0;

	name_all(file);
	for (int i = 0; i < n_mutants; i++) {
		const struct mutant *m = &mutants[i];

		if (strcmp(m->name, name) != 0)
			continue;
		if (m->header != NULL)
			printf("#include <%s>\n", m->header);
		for (int j = 0; j < m->n; j++) {
			fwrite(text + at, 1, m->changes[j].start - at, stdout);
			fputs(m->changes[j].by, stdout);
			at = m->changes[j].end;
		}
		fputs(text + at, stdout);
		return true;
	}
	return false;
}
