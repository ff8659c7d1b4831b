/* Changes to what stands in a statement. */
#include "mutate.h"
#include <ctype.h>
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASSIGNMENTS "= += -= *= /= %= &= |= ^= <<= >>="

static int from, to; /* the expression at work: the code that names depend on */

/* Whether the token at i ends an operand, so that what follows is a binary
 * operator. */
static bool
ends_operand(int i)
{
	if (i < from)
		return false;
	if (tokens[i].kind == PUNCTUATOR)
		return is_one_of(i, " ) ] ++ -- ");
	return !is_one_of(i, " return sizeof case ");
}

/* The first token behind the operator at i, going back, that is one of `list`
 * or an open bracket; the operand starts after it. */
static int
operand_start(int i, const char *list)
{
	while (--i >= from) {
		if (is_one_of(i, " ) ] } "))
			i = tokens[i].match;
		else if (is_one_of(i, " ( [ { ") || is_one_of(i, list))
			break;
	}
	return i + 1;
}

/* The first token after the operator at i that no longer belongs to its right
 * operand. */
static int
operand_end(int i, const char *list)
{
	while (++i < to) {
		if (is_one_of(i, " ) ] } ") || is_one_of(i, list))
			break;
		if (is_one_of(i, " ( [ { "))
			i = tokens[i].match;
	}
	return i;
}

/* One mutant that puts `by` in the place of the range. */
static void
replace(const char *kind, int first, int last, const char *by)
{
	char *old = code(first, last), *all = code(from, to);

	mutant(kind, from, to, first, "%s: %s becomes %s in: %s", function, old,
	       by, all);
	change(first, last, by);
	free(old);
	free(all);
}

/* One mutant without the range; `part` is what of it matters to the reader. */
static void
leave_out(const char *kind, int first, int last, int part, int part_end)
{
	char *old = code(part, part_end), *all = code(from, to);

	mutant(kind, from, to, first, "%s: %s left out of: %s", function, old,
	       all);
	change(first, last, "");
	free(old);
	free(all);
}

void
condition(int first, int last)
{
	int old_from = from, old_to = to;
	char *old = code(first, last);

	from = first;
	to = last;
	mutant("negated", first, last, first, "%s: condition negated: %s",
	       function, old);
	change(first, first, "!(");
	change(last, last, ")");
	free(old);
	from = old_from;
	to = old_to;
}

bool
has_effect(int first, int last)
{
	for (int i = first; i < last; i++)
		if (is_one_of(i, " ++ -- " ASSIGNMENTS) ||
		    (tokens[i].kind == NAME && is(i + 1, "(") &&
		     !is(i, "sizeof")))
			return true;
	return false;
}

/* Each operand of a chain of && or || left out. */
static void
sides(int i)
{
	const char *ends = is(i, "&&") ? " && || ? : , ; return " ASSIGNMENTS
				       : " || ? : , ; return " ASSIGNMENTS;
	int start = operand_start(i, ends), end = operand_end(i, ends);

	leave_out("side", i, end, i + 1, end);
	if (!is(start - 1, is(i, "&&") ? "&&" : "||"))
		leave_out("side", start, i + 1, start, i);
}

/* The condition of ?: negated, always true, always false. */
static void
choice(int i)
{
	int start = operand_start(i, " ? : , ; return " ASSIGNMENTS);
	char *old = code(start, i), *all = code(from, to);
	const struct {
		const char *kind, *words, *before, *after;
	} ways[] = {
		{ "negated", "is negated", "!(", ")" },
		{ "always", "counts as true", "((", ") || 1)" },
		{ "never", "counts as false", "((", ") && 0)" },
	};

	for (size_t n = 0; n < sizeof(ways) / sizeof(*ways); n++) {
		mutant(ways[n].kind, from, to, start, "%s: %s %s in: %s",
		       function, old, ways[n].words, all);
		change(start, start, ways[n].before);
		change(i, i, ways[n].after);
	}
	free(old);
	free(all);
}

/* An operator becomes its kin. */
static void
kin(int i)
{
	static const struct {
		const char *from, *to;
	} table[] = {
		{ "<", "<=" },	{ "<=", "<" },	{ ">", ">=" },	{ ">=", ">" },
		{ "==", "!=" }, { "!=", "==" }, { "+", "-" },	{ "-", "+" },
		{ "/", "*" },	{ "%", "/" },	{ "&", "|" },	{ "<<", ">>" },
		{ "+=", "-=" }, { "-=", "+=" }, { "++", "--" }, { "--", "++" },
		{ "|=", "=" },	{ "&=", "=" },
	};

	for (size_t n = 0; n < sizeof(table) / sizeof(*table); n++)
		if (is(i, table[n].from) &&
		    (ends_operand(i - 1) || is_one_of(i, " ++ -- ")))
			replace("operator", i, i + 1, table[n].to);
	if (is_one_of(i, " += -= "))
		replace("operator", i, i + 1, "=");
}

/* Whether token i is the -1 or EOF with which a call's result is compared, and
 * nothing else is asked: what ignores the error is made elsewhere. */
static bool
is_error_alone(int i)
{
	int before = is(i, "1") && is(i - 1, "-") ? i - 2 : i - 1;

	return (is(i, "EOF") || before == i - 2) && i == to - 1 &&
	       is_one_of(before, " == != ") && has_effect(from, before) &&
	       find(from, to, " && || ? ") == to;
}

/* A whole number: one more, one less. */
static void
number(int i)
{
	char *old = code(i, i + 1), *end, by[40];
	long value = strtol(old, &end, 0);

	if (old[0] == '0' && isdigit((unsigned char)old[1])) {
		/* A file's mode. */
		replace("constant", i, i + 1, "0666");
		replace("constant", i, i + 1, "0400");
	} else if (end[strspn(end, "uUlL")] == '\0') {
		snprintf(by, sizeof(by), "%ld", value + 1);
		if (!is_error_alone(i))
			replace("constant", i, i + 1, by);
		snprintf(by, sizeof(by), value > 0 ? "%ld" : "(%ld)",
			 value - 1);
		if (value > 0 || !is(i - 1, "["))
			replace("constant", i, i + 1, by);
	}
	free(old);
}

/* The call in whose arguments token i stands; -1 if there is none. */
static int
call_around(int i)
{
	int open = operand_start(i, "") - 1;

	return open > from && is(open, "(") && tokens[open - 1].kind == NAME
		   ? open - 1
		   : -1;
}

/* A string: the first number in it one off; none at all. What a message says
 * is left alone. */
static void
string(int i)
{
	char *old = code(i, i + 1), by[200];
	size_t at = strcspn(old, "0123456789");
	int call = call_around(i);

	if (call >= 0 && is_one_of(call, " err errx warn warnx perror ")) {
		free(old);
		return;
	}
	if (old[at] != '\0') {
		char *end;
		long value = strtol(old + at, &end, 10);

		for (long other = value - 1; other <= value + 1; other += 2) {
			snprintf(by, sizeof(by), "%.*s%ld%s", (int)at, old,
				 other, end);
			replace("string", i, i + 1, by);
		}
	}
	if (strcmp(old, "\"\"") != 0)
		replace("string", i, i + 1, "\"\"");
	free(old);
}

/* A constant by its name: what it is taken for; none; one off. */
static void
named_constant(int i)
{
	bool alone = is_one_of(i - 1, " ( , = | ? : ") &&
		     is_one_of(i + 1, " ) , ; } | : ");
	char *old, by[200];

	if (is(i, "NULL"))
		return;
	if (is(i - 1, "|"))
		leave_out("flag", i - 1, i + 1, i, i + 1);
	else if (is(i + 1, "|"))
		leave_out("flag", i, i + 2, i, i + 1);
	else if (alone && !is(i + 1, ":"))
		replace("flag", i, i + 1, "0");
	if (neighbours(i) != NULL)
		return;
	old = code(i, i + 1);
	if (old[0] == 'E' && !is(i, "EOF")) {
		replace("constant", i, i + 1, "EINVAL");
	} else if (!is(i + 1, "|") && !is(i - 1, "|")) {
		snprintf(by, sizeof(by), "(%s + 1)", old);
		replace("constant", i, i + 1, by);
		snprintf(by, sizeof(by), "(%s - 1)", old);
		if (!is_error_alone(i))
			replace("constant", i, i + 1, by);
	}
	free(old);
}

static void
taken_for_neighbours(int i)
{
	const char *list = neighbours(i);
	char by[100];

	while (list != NULL && *list != '\0') {
		size_t n = strcspn(list, " ");

		snprintf(by, sizeof(by), "%.*s", (int)n, list);
		replace("neighbour", i, i + 1, by);
		if (strcmp(by, "exit") == 0)
			include("stdlib.h");
		list += n + (list[n] == ' ');
	}
}

/* sizeof of the pointer, not of what it points to; one byte less. */
static void
size_of(int i)
{
	int last = tokens[i + 1].match + 1;
	char *old = code(i, last), by[200];

	if (is(i + 2, "*"))
		leave_out("sizeof", i + 2, i + 3, i + 2, i + 3);
	snprintf(by, sizeof(by), "(%s - 1)", old);
	replace("sizeof", i, last, by);
	free(old);
}

/* What an argument is, so that only likes are exchanged: "int" for all that
 * counts, or a type; NULL if it is not that simple. */
static const char *
sort_of(int first, int last)
{
	const char *type;

	if (last == first + 1) {
		if (tokens[first].kind == NUMBER ||
		    (is_constant(first) && !is(first, "NULL")))
			return "int";
		type = variable_type(first);
		return type != NULL && strchr(type, '*') == NULL &&
			       strchr(type, '[') == NULL &&
			       strncmp(type, "struct", 6) != 0
			   ? "int"
			   : type;
	}
	type = variable_type(first);
	if (type != NULL && strcmp(type, "int[]") == 0 && is(first + 1, "[") &&
	    tokens[first + 1].match == last - 1)
		return "int";
	return NULL;
}

/* Arguments of the call at i: exchanged with the next; another variable. */
static void
arguments(int i)
{
	int close = tokens[i + 1].match, next, before = -1;

	for (int start = i + 2; start < close; start = next + 1) {
		next = find(start, close, " , ");
		int other = next == start + 1 ? variable_neighbour(start) : -1;

		if (other >= 0) {
			char *by = code(other, other + 1);

			replace("argument", start, next, by);
			free(by);
		}
		const char *sort = sort_of(start, next);
		const char *sort_before =
		    before >= 0 ? sort_of(before, start - 1) : NULL;
		if (sort != NULL && sort_before != NULL &&
		    strcmp(sort, sort_before) == 0) {
			char *a = code(before, start - 1);
			char *b = code(start, next);
			char *all = code(from, to);

			mutant("exchanged", from, to, start,
			       "%s: %s and %s exchanged in: %s", function, a, b,
			       all);
			change(before, start - 1, b);
			change(start, next, a);
			free(a);
			free(b);
			free(all);
		}
		before = start;
	}
}

/* Each `.member = value` of an initializer left out. */
static void
members(int open)
{
	int close = tokens[open].match, next;

	for (int i = open + 1; i < close; i = next + 1) {
		next = find(i, close, " , ");
		if (is(i, "."))
			leave_out("member", i, next < close ? next + 1 : next,
				  i, next);
	}
}

static void
name(int i)
{
	if (is(i, "sizeof") && is(i + 1, "("))
		size_of(i);
	else if (is_constant(i))
		named_constant(i);
	else if (is(i + 1, "(") && !is(i, "sizeof"))
		arguments(i);
	taken_for_neighbours(i);
}

static void
operator(int i)
{
	if (is_one_of(i, " && || "))
		sides(i);
	else if (is(i, "?"))
		choice(i);
	else if (is(i, "!"))
		leave_out("negated", i, i + 1, i, i + 1);
	else if (is(i, "{"))
		members(i);
	else
		kin(i);
}

void
expression(int first, int last)
{
	from = first;
	to = last;
	for (int i = first; i < last; i++) {
		switch (tokens[i].kind) {
		case NAME:
			name(i);
			break;
		case NUMBER:
			number(i);
			break;
		case STRING:
			string(i);
			break;
		case CHARACTER:
			replace("constant", i, i + 1, "' '");
			break;
		default:
			operator(i);
		}
	}
}
