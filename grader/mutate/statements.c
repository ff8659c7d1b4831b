/* Functions and statements, and changes to whole statements. */
#include "mutate.h"
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool returns_pointer, returns_bool, returns_nothing;
static int scope_end; /* of the block at work */

static int statement(int i, bool alone);

/* The token after the next semicolon that stands in no bracket. */
static int
after_semicolon(int i)
{
	return find(i, n_tokens, " ; ") + 1;
}

/* The token after the statement at i. */
static int
skip(int i)
{
	if (is(i, "{"))
		return tokens[i].match + 1;
	if (is_one_of(i, " for while switch "))
		return skip(tokens[i + 1].match + 1);
	if (is(i, "do"))
		return after_semicolon(skip(i + 1));
	if (is(i, "if")) {
		int end = skip(tokens[i + 1].match + 1);

		return is(end, "else") ? skip(end + 1) : end;
	}
	if (is_one_of(i, " case default "))
		return skip(find(i, n_tokens, " : ") + 1);
	return after_semicolon(i);
}

/* One mutant with `by` in the place of the range; `last` bounds the part that
 * names it. */
static void
leave_out(const char *kind, int first, int named, int last, const char *by)
{
	char *old = code(first, named);

	mutant(kind, first, named, first, "%s: left out: %s%s", function, old,
	       named < last ? " ..." : "");
	change(first, last, by);
	free(old);
}

/* One mutant with the condition (its tokens, without brackets) between two
 * pieces of code. */
static void
wrap(const char *kind, const char *words, int first, int last,
     const char *before, const char *after)
{
	char *old = code(first, last);

	mutant(kind, first, last, first, "%s: %s: %s", function, words, old);
	change(first, first, before);
	change(last, last, after);
	free(old);
}

static int
if_statement(int i)
{
	int first = i + 2, last = tokens[i + 1].match, body = last + 1;
	int end = skip(body), all = is(end, "else") ? skip(end + 1) : end;

	leave_out("left-out", i, body, all, "{ }");
	condition(first, last);
	wrap("always", "done in any case, as if true", first, last, "(",
	     ") || 1");
	if (has_effect(first, last) || all > end)
		wrap("ignored", "called, but what comes of it is ignored",
		     first, last, "(", ") && 0");
	if (all > end)
		leave_out("left-out", end, end + 1, all, "");
	expression(first, last);
	statement(body, all == end);
	if (all > end)
		statement(end + 1, false);
	return all;
}

/* A loop: `first` to `last` is its condition, which may be empty. */
static void
once(int i, int first, int last, int named, int end)
{
	char *old = code(i, named);
	bool empty = first == last;

	mutant("once", i, named, i, "%s: runs once at most: %s", function, old);
	change(i, i, "{ int runs_ = 0; ");
	change(first, first, empty ? "runs_++ < 1" : "runs_++ < 1 && (");
	if (!empty)
		change(last, last, ")");
	change(end, end, " }");
	free(old);
}

static int declaration(int i);

static int
loop(int i)
{
	int open = i + 1, close = tokens[open].match, end = skip(i);
	int first = open + 1, last = close, around = scope_end;

	leave_out("left-out", i, close + 1, end, "{ }");
	scope_end = end;
	if (is(i, "for")) {
		first = after_semicolon(open + 1);
		last = find(first, close, " ; ");
	}
	once(i, first, last, close + 1, end);
	if (first < last)
		condition(first, last);
	if (has_effect(first, last))
		wrap("ignored", "called, but what comes of it is ignored",
		     first, last, "(", ") && 0");
	if (is(i, "for")) {
		declaration(open + 1);
		if (last + 1 < close)
			leave_out("left-out", last + 1, close, close, "");
		expression(last + 1, close);
	}
	expression(first, last);
	statement(close + 1, false);
	scope_end = around;
	return end;
}

static int
do_loop(int i)
{
	int body = skip(i + 1), open = body + 1, close = tokens[open].match;

	leave_out("left-out", i, i + 1, close + 2, "{ }");
	wrap("once", "runs once: do ... while", open + 1, close, "(", ") && 0");
	condition(open + 1, close);
	statement(i + 1, false);
	expression(open + 1, close);
	return close + 2;
}

static int
return_statement(int i, bool alone)
{
	int end = after_semicolon(i), first = i + 1, last = end - 1;
	static const char *const numbers[] = { "0", "1", "-1" };
	char *old = code(first, last);

	if (!alone)
		leave_out("left-out", i, end, end, "{ }");
	for (size_t n = 0; n < sizeof(numbers) / sizeof(*numbers); n++) {
		const char *by = numbers[n];

		if (first == last || returns_nothing)
			break;
		if (returns_pointer)
			by = "NULL";
		if (strcmp(old, by) == 0 || (returns_bool && n == 2))
			continue;
		mutant("return", i, end, i, "%s: returns %s instead of: %s",
		       function, by, old);
		change(first, last, by);
		if (returns_pointer)
			break;
	}
	/* Plain numbers have been replaced already. */
	if (last > first + 2 ||
	    (last > first && tokens[last - 1].kind != NUMBER))
		expression(first, last);
	free(old);
	return end;
}

/* Whether a declaration begins at i; *name is then the first declared name,
 * or what stands before it. */
static bool
is_declaration(int i, int *declarator)
{
	int at = i;

	if (tokens[i].kind != NAME ||
	    is_one_of(i, " return goto break continue sizeof else case "))
		return false;
	while (is_one_of(at, " const static volatile "))
		at++;
	if (is_one_of(at, " struct union enum ")) {
		at += 2;
	} else {
		while (is_one_of(
		    at, " unsigned signed long short int char double "))
			at++;
		if (at == i ||
		    !is_one_of(at - 1, " unsigned signed long short int "
				       "char double "))
			at++;
	}
	*declarator = at;
	while (is_one_of(at, " * const "))
		at++;
	return tokens[at].kind == NAME && is_one_of(at + 1, " = ; , [ ) ");
}

/* Notes the variable declared in [i, end), whose type starts at `type` and
 * ends before `type_end`. Returns the index of its name; -1 if there is none. */
static int
note_variable(int type, int type_end, int i, int end)
{
	char *base, all[200];
	int at = i;

	while (is_one_of(at, " * const "))
		at++;
	if (at >= end || tokens[at].kind != NAME)
		return -1;
	while (is_one_of(type, " const static volatile "))
		type++;
	base = code(type, type_end);
	snprintf(all, sizeof(all), "%s%s%s", base, at > i ? "*" : "",
		 is(at + 1, "[") ? "[]" : "");
	free(base);
	variable_add(all, at, scope_end);
	return at;
}

/* The declaration at i, up to its semicolon. */
static int
declaration(int i)
{
	int end = after_semicolon(i), declarator, next;

	if (!is_declaration(i, &declarator)) {
		expression(i, end - 1);
		return end;
	}
	for (int at = declarator; at < end - 1; at = next + 1) {
		next = find(at, end - 1, " , ");
		int named = note_variable(i, declarator, at, next);
		if (named < 0)
			continue;
		int value = find(named, next, " = ");
		if (value == next) {
			expression(named + 1, next);
			continue;
		}
		if (!is(value + 1, "{") && !has_effect(value + 1, next) &&
		    !(next == value + 2 && tokens[value + 1].kind == NUMBER)) {
			char *old = code(named, next);

			mutant("return", named, next, named,
			       "%s: starts as 0: %s", function, old);
			change(value + 1, next, "0");
			free(old);
		}
		expression(named, next);
	}
	return end;
}

/* Makes mutants of the statement at i, and of all in it; returns the token
 * after it. `alone`: to leave it out is to leave out the `if` around it. */
static int
statement(int i, bool alone)
{
	int declarator;

	if (is(i, "{")) {
		int end = tokens[i].match, around = scope_end;

		scope_end = end;
		for (i++; i < end;)
			i = statement(i, false);
		scope_end = around;
		return end + 1;
	}
	if (is(i, ";"))
		return i + 1;
	if (is(i, "if"))
		return if_statement(i);
	if (is_one_of(i, " for while "))
		return loop(i);
	if (is(i, "do"))
		return do_loop(i);
	if (is(i, "switch")) {
		int close = tokens[i + 1].match;

		leave_out("left-out", i, close + 1, skip(i), "{ }");
		expression(i + 2, close);
		return statement(close + 1, false);
	}
	if (is_one_of(i, " case default ")) {
		int colon = find(i, n_tokens, " : ");

		leave_out("left-out", i, colon + 1, colon + 1, "");
		return statement(colon + 1, false);
	}
	if (tokens[i].kind == NAME && is(i + 1, ":"))
		return statement(i + 2, false);
	if (is(i, "return"))
		return return_statement(i, alone);
	if (is_declaration(i, &declarator))
		return declaration(i);
	int end = after_semicolon(i);
	if (!alone)
		leave_out("left-out", i, end, end, "{ }");
	if (!is_one_of(i, " break continue goto "))
		expression(i, end - 1);
	return end;
}

/* The parameters between the brackets open and close are variables, too. */
static void
note_parameters(int open, int close)
{
	int declarator, next;

	for (int i = open + 1; i < close; i = next + 1) {
		next = find(i, close, " , ");
		if (is_declaration(i, &declarator))
			note_variable(i, declarator, declarator, next);
	}
}

void
statements(void)
{
	int start = 0; /* of what stands outside of functions */

	for (int i = 0; i < n_tokens; i++) {
		if (is(i, ";")) {
			start = i + 1;
		} else if (is(i, "{") && is(i - 1, ")") &&
			   tokens[tokens[i - 1].match - 1].kind == NAME) {
			int open = tokens[i - 1].match;
			char *name = code(open - 1, open);
			char *type = code(start, open - 1);

			function = name;
			returns_pointer = strchr(type, '*') != NULL;
			returns_bool = strstr(type, "bool") != NULL;
			returns_nothing =
			    strstr(type, "void") != NULL && !returns_pointer;
			variables_forget();
			scope_end = tokens[i].match;
			note_parameters(open, i - 1);
			i = statement(i, false) - 1;
			start = i + 1;
			free(name);
			free(type);
		} else if (is_one_of(i, " ( [ { ")) {
			i = tokens[i].match;
			if (is(i, "}"))
				start = i + 1;
		}
	}
}
