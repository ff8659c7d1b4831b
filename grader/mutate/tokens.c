/* A C file as tokens. Comments are none, but for those that bound the gaps. */
#include "mutate.h"
#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *text;
struct token *tokens;
int n_tokens;

static void
read_text(const char *name)
{
	FILE *file = fopen(name, "r");
	size_t room = 1 << 20;

	text = malloc(room);
	if (file == NULL || text == NULL)
		err(2, "%s", name);
	size_t used = fread(text, 1, room - 1, file);
	if (ferror(file) || !feof(file))
		errx(2, "%s: cannot be read, or is too large", name);
	text[used] = '\0';
	if (strlen(text) != used)
		errx(2, "%s: holds a zero byte", name);
	fclose(file);
}

/* The length of the string or character constant at `s`, quotes included. */
static size_t
quoted(const char *s)
{
	size_t n = 1;

	while (s[n] != '\0' && s[n] != '\n' && s[n] != *s)
		n += s[n] == '\\' && s[n + 1] != '\0' ? 2 : 1;
	return s[n] == *s ? n + 1 : n;
}

static size_t
punctuator(const char *s)
{
	static const char *const longer[] = {
		"<<=", ">>=", "...", "->", "++", "--", "<<", ">>",
		"<=",  ">=",  "==",  "!=", "&&", "||", "+=", "-=",
		"*=",  "/=",  "%=",  "&=", "|=", "^="
	};

	for (size_t i = 0; i < sizeof(longer) / sizeof(*longer); i++)
		if (strncmp(s, longer[i], strlen(longer[i])) == 0)
			return strlen(longer[i]);
	return 1;
}

static bool
in_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Sets the kind of the token at `s`; returns its length. */
static size_t
classify(const char *s, enum token_kind *kind)
{
	size_t n = 0;

	if (isdigit((unsigned char)*s) ||
	    (*s == '.' && isdigit((unsigned char)s[1]))) {
		*kind = NUMBER;
		while (in_name(s[n]) || s[n] == '.')
			n++;
	} else if (in_name(*s)) {
		*kind = NAME;
		while (in_name(s[n]))
			n++;
	} else if (*s == '"' || *s == '\'') {
		*kind = *s == '"' ? STRING : CHARACTER;
		n = quoted(s);
	} else {
		*kind = PUNCTUATOR;
		n = punctuator(s);
	}
	return n;
}

/* The length of what separates tokens at `s`: white space, a comment, a line
 * for the preprocessor (`fresh`: `s` begins a line); 0 if a token stands there. */
static size_t
separator(const char *s, bool fresh)
{
	size_t n = 0;

	if (isspace((unsigned char)*s))
		return 1;
	if (s[0] == '/' && s[1] == '/')
		return strcspn(s, "\n");
	if (s[0] == '/' && s[1] == '*') {
		const char *end = strstr(s + 2, "*/");

		return end != NULL ? (size_t)(end + 2 - s) : strlen(s);
	}
	if (*s == '#' && fresh)
		while (s[n] != '\0' && s[n] != '\n')
			n += s[n] == '\\' && s[n + 1] != '\0' ? 2 : 1;
	return n;
}

/* Finds the partner of each bracket. */
static void
match_brackets(const char *name)
{
	int open[1000], n = 0;

	for (int i = 0; i < n_tokens; i++) {
		if (is_one_of(i, " ( [ { ")) {
			if (n == (int)(sizeof(open) / sizeof(*open)))
				errx(2, "%s: brackets too deep", name);
			open[n++] = i;
		} else if (is_one_of(i, " ) ] } ")) {
			if (n == 0)
				errx(2, "%s:%d: a bracket too many", name,
				     tokens[i].line);
			tokens[i].match = open[--n];
			tokens[open[n]].match = i;
		}
	}
	if (n > 0)
		errx(2, "%s:%d: a bracket is not closed", name,
		     tokens[open[n - 1]].line);
}

void
tokens_read(const char *name)
{
	int line = 1, gap = 0;
	bool fresh = true;

	read_text(name);
	tokens = calloc(strlen(text) + 1, sizeof(*tokens));
	if (tokens == NULL)
		err(2, "%s", name);
	for (size_t at = 0; text[at] != '\0';) {
		struct token *token = &tokens[n_tokens];
		size_t n = separator(text + at, fresh);

		if (n > 0) {
			sscanf(text + at, "// BEGIN SOLUTION %d", &gap);
			if (strncmp(text + at, "// END SOLUTION", 15) == 0)
				gap = 0;
			for (size_t i = 0; i < n; i++)
				line += text[at + i] == '\n';
			fresh = text[at] == '\n' ||
				(fresh && isspace((unsigned char)text[at]));
			at += n;
			continue;
		}
		n = classify(text + at, &token->kind);
		token->start = at;
		token->end = at + n;
		token->line = line;
		token->gap = gap;
		n_tokens++;
		at += n;
		fresh = false;
	}
	tokens[n_tokens].kind = FILE_END;
	tokens[n_tokens].start = tokens[n_tokens].end = strlen(text);
	match_brackets(name);
}

bool
is(int i, const char *spelling)
{
	if (i < 0 || i >= n_tokens)
		return false;
	size_t n = tokens[i].end - tokens[i].start;
	return strlen(spelling) == n &&
	       memcmp(text + tokens[i].start, spelling, n) == 0;
}

bool
is_one_of(int i, const char *list)
{
	if (i < 0 || i >= n_tokens)
		return false;
	size_t n = tokens[i].end - tokens[i].start;
	for (const char *word = list; *word != '\0';) {
		size_t length = strcspn(word, " ");

		if (length == n && memcmp(word, text + tokens[i].start, n) == 0)
			return true;
		word += length + (word[length] == ' ');
	}
	return false;
}

char *
code(int first, int last)
{
	char *line = malloc(tokens[last > first ? last - 1 : first].end -
			    tokens[first].start + 1);
	size_t n = 0;

	if (line == NULL)
		err(2, "code");
	for (int i = first; i < last; i++) {
		if (i > first && tokens[i].start > tokens[i - 1].end)
			line[n++] = ' ';
		memcpy(line + n, text + tokens[i].start,
		       tokens[i].end - tokens[i].start);
		n += tokens[i].end - tokens[i].start;
	}
	line[n] = '\0';
	return line;
}

int
find(int first, int last, const char *list)
{
	for (int i = first; i < last; i++) {
		if (is_one_of(i, list))
			return i;
		if (is_one_of(i, " ( [ { "))
			i = tokens[i].match;
	}
	return last;
}
