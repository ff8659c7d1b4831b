/*
 * What a source file may not tell the compiler: that its lines are from another
 * file, a system's header even, in which nothing is worth a warning; not to warn;
 * not to look at its memory.
 *
 * This reads C as far as the preprocessor must: joined lines, comments, strings,
 * directives, names.
 */
#define _GNU_SOURCE
#include "admit.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { NAME_MAX_BYTES = 64 }; /* longer names are none of these */

struct source {
	const char *name, *text;
	size_t at, length;
	int line;
	int pastes; /* whether it makes names of parts: ## */
	int hides;  /* ... and the line of a word that a pragma would need */
};

/* Names with which a program asks for the sanitizers, or evades them. */
static const char *const of_sanitizers[] = {
	"__SANITIZE_ADDRESS__",
	"__SANITIZE_THREAD__",
	"address_sanitizer",
	"thread_sanitizer",
	"undefined_behavior_sanitizer",
	"no_sanitize",
	"no_sanitize_address",
	"no_sanitize_thread",
	"no_sanitize_undefined",
	"no_address_safety_analysis",
	"disable_sanitizer_instrumentation",
};

/* The character `ahead` of the current one, '\0' behind the end. */
static char
peek(const struct source *s, size_t ahead)
{
	return s->at + ahead < s->length ? s->text[s->at + ahead] : '\0';
}

/* Goes past a backslash that joins two lines; blanks may stand between. */
static void
join_lines(struct source *s)
{
	while (peek(s, 0) == '\\') {
		size_t n = 1;

		while (peek(s, n) != '\n' && isspace((unsigned char)peek(s, n)))
			n++;
		if (peek(s, n) != '\n')
			return;
		s->at += n + 1;
		s->line++;
	}
}

/* The current character, after joined lines; EOF at the end. */
static int
now(struct source *s)
{
	join_lines(s);
	return s->at < s->length ? (unsigned char)s->text[s->at] : EOF;
}

static int
next(struct source *s)
{
	int c = now(s);

	if (c != EOF)
		s->at++;
	s->line += c == '\n';
	return c;
}

/* Whether the character after the current one is `c`. */
static int
followed_by(struct source *s, int c)
{
	struct source ahead = *s;

	next(&ahead);
	return now(&ahead) == c;
}

/* Goes past blanks and comments; past ends of lines only within comments. */
static void
skip_blanks(struct source *s)
{
	for (;;) {
		int c = now(s);

		if (c == '/' && followed_by(s, '*')) {
			next(s);
			next(s);
			for (int last = 0; (c = next(s)) != EOF; last = c)
				if (last == '*' && c == '/')
					break;
		} else if (c == '/' && followed_by(s, '/')) {
			while (now(s) != '\n' && now(s) != EOF)
				next(s);
		} else if (c != '\n' && c != EOF && isspace(c)) {
			next(s);
		} else {
			return;
		}
	}
}

/* Whether a name: letters, digits and what else may be in one. */
static int
in_name(int c)
{
	return c != EOF && (isalnum(c) || c == '_' || c == '$' || c >= 0x80);
}

/* Reads a name or number; "" if it is too long. */
static void
read_name(struct source *s, char name[static NAME_MAX_BYTES])
{
	size_t length = 0;

	while (in_name(now(s))) {
		int c = next(s);

		if (length < NAME_MAX_BYTES)
			name[length++] = (char)c;
	}
	name[length < NAME_MAX_BYTES ? length : 0] = '\0';
}

/* A word without which no pragma hides a warning. */
static int
of_pragma(const char *word)
{
	return strcmp(word, "diagnostic") == 0 ||
	       strcmp(word, "system_header") == 0;
}

static void
read_string(struct source *s)
{
	int quote = next(s), c;

	while ((c = now(s)) != EOF && c != '\n' && c != quote) {
		char word[NAME_MAX_BYTES];

		if (in_name(c)) {
			read_name(s, word);
			if (of_pragma(word))
				s->hides = s->line;
			continue;
		}
		next(s);
		if (c == '\\')
			next(s);
	}
	if (c == quote)
		next(s);
}

/* R"x(...)x": nothing in it is what it seems, joined lines neither. */
static void
read_raw_string(struct source *s)
{
	char end[32] = ")";
	size_t n = 1;

	s->at++;
	while (n < 18 && peek(s, 0) != '(' && s->at < s->length)
		end[n++] = s->text[s->at++];
	end[n++] = '"';
	while (s->at < s->length && (s->length - s->at < n ||
				     memcmp(s->text + s->at, end, n) != 0)) {
		s->line += s->text[s->at] == '\n';
		s->at++;
	}
	s->at += s->at < s->length ? n : 0;
	s->hides = s->line;
}

static int
begins_raw_string(struct source *s, const char *name)
{
	static const char *const prefixes[] = { "R", "LR", "uR", "UR", "u8R" };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(char *); i++)
		if (strcmp(name, prefixes[i]) == 0)
			return now(s) == '"';
	return 0;
}

static void
say(const struct source *s, const char *kind, int line, const char *what)
{
	printf("%s %s:%d: %s\n", kind, s->name, line, what);
}

static void
judge_name(struct source *s, const char *name, int line)
{
	char bare[NAME_MAX_BYTES];
	size_t length = strlen(name);

	/* __no_sanitize__ is the same attribute. */
	snprintf(bare, sizeof(bare), "%s", name);
	if (length > 4 && strncmp(name, "__", 2) == 0 &&
	    strcmp(name + length - 2, "__") == 0)
		snprintf(bare, sizeof(bare), "%.*s", (int)(length - 4),
			 name + 2);
	for (size_t i = 0; i < sizeof(of_sanitizers) / sizeof(char *); i++)
		if (strcmp(name, of_sanitizers[i]) == 0 ||
		    strcmp(bare, of_sanitizers[i]) == 0)
			say(s, "refused", line,
			    "a name of the sanitizers: the program must be the "
			    "same with them");
	if (strcmp(name, "_Pragma") == 0)
		say(s, "word", line, "a pragma that may hide warnings");
	if (of_pragma(name))
		s->hides = line;
}

/* Reads a directive, behind its #; the rest of its line is read as usual. */
static void
read_directive(struct source *s)
{
	char name[NAME_MAX_BYTES];
	int line = s->line;

	skip_blanks(s);
	int digit = isdigit(now(s));
	read_name(s, name);
	if (digit || strcmp(name, "line") == 0)
		say(s, "refused", line,
		    "it says that what follows is from elsewhere (#line)");
	if (strcmp(name, "pragma") != 0)
		return;
	while (now(s) != '\n' && now(s) != EOF) {
		skip_blanks(s);
		if (in_name(now(s))) {
			read_name(s, name);
			if (of_pragma(name))
				say(s, "word", line,
				    "a pragma that hides warnings");
		} else if (now(s) == '"') {
			read_string(s);
		} else if (now(s) != '\n') {
			next(s);
		}
	}
}

void
tricks_report(const char *file, const char *text, size_t length)
{
	struct source s = {
		.name = file, .text = text, .length = length, .line = 1
	};
	int begins = 1; /* a line: nothing was there but blanks */

	for (;;) {
		char name[NAME_MAX_BYTES];

		skip_blanks(&s);
		int c = now(&s), line = s.line;
		if (c == EOF)
			break;
		if (c == '\n') {
			next(&s);
			begins = 1;
			continue;
		}
		int sharp = c == '#' || (c == '%' && followed_by(&s, ':'));
		if (sharp) {
			next(&s);
			if (c == '%')
				next(&s);
			s.pastes |= now(&s) == '#' ||
				    (now(&s) == '%' && followed_by(&s, ':'));
			if (begins)
				read_directive(&s);
		} else if (c == '"' || c == '\'') {
			read_string(&s);
		} else if (in_name(c)) {
			read_name(&s, name);
			if (begins_raw_string(&s, name))
				read_raw_string(&s);
			else
				judge_name(&s, name, line);
		} else {
			next(&s);
		}
		begins = 0;
	}
	if (s.pastes && s.hides)
		say(&s, "word", s.hides,
		    "a pragma that may hide warnings, made of parts");
}
