/* Which gap and which failure a student is to look at first. */
#include "result.h"

#include <stdlib.h>
#include <string.h>

/* A gap without points is done or left as one likes. */
int
is_optional(const struct result *result, long gap)
{
	for (int i = 0; gap > 0 && i < result->ntests; i++)
		if (result->tests[i].gap == gap && result->tests[i].points > 0)
			return 0;
	return gap > 0;
}

/* A failure that says only that an optional gap has not been filled. */
int
is_left_open(const struct result *result, const struct test *test)
{
	return !test->passed && is_optional(result, test->gap) &&
	       (test->open || result_todo(result, test->gap) != NULL);
}

/* A failure that can be fixed now: it needs no other open gap. */
int
can_be_fixed(const struct result *result, const struct test *test)
{
	return !test->passed && !is_left_open(result, test) &&
	       result_blocked_by(result, test) == 0;
}

/*
 * The gap with which a student goes on: the lowest with a failure that can be
 * fixed now. If there is none (two gaps may need each other), the lowest that
 * fails; if none does, an optional one.
 */
int
next_gap(const struct result *result)
{
	int next = 0, lowest = 0, optional = 0;

	for (int i = 0; i < result->ntests; i++) {
		const struct test *test = &result->tests[i];
		if (test->passed || test->gap == 0)
			continue;
		if (is_optional(result, test->gap)) {
			optional = test->gap;
			continue;
		}
		if (lowest == 0 || test->gap < lowest)
			lowest = test->gap;
		if (can_be_fixed(result, test) &&
		    (next == 0 || test->gap < next))
			next = test->gap;
	}
	return next != 0 ? next : lowest != 0 ? lowest : optional;
}

/* That the compiler has something to say. */
static int
is_warning(const struct test *test)
{
	return strcmp(test->ran, "make") == 0;
}

/* Warnings that name what goes wrong at run time. */
static int
has_telling_warning(const struct test *test)
{
	static const char *const flags[] = {
		"uninitialized", "-Wformat",	  "-Wreturn-type",
		"-Wimplicit",	 "-Wint-",	  "-Wincompatible",
		"-Wstringop",	 "-Warray-",	  "-Wnonnull",
		"-Wuse-after",	 "-Wparentheses",
	};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (is_warning(test) && strstr(test->came, flags[i]) != NULL)
			return 1;
	return 0;
}

static int
needs_gap(const struct test *test, long wanted)
{
	char *needs = test->needs;
	long gap;

	while ((gap = strtol(needs, &needs, 10)) != 0)
		if (gap == wanted)
			return 1;
	return 0;
}

/*
 * Has a test of an earlier gap failed that this one needs (of any, for the lab as a
 * whole)? If that test in turn needs the gap of this one, it says nothing.
 */
static int
needs_failed_gap(const struct result *result, const struct test *test)
{
	for (int i = 0; i < result->ntests; i++) {
		const struct test *other = &result->tests[i];

		if (!other->passed &&
		    (other->gap < test->gap || test->gap == 0) &&
		    needs_gap(test, other->gap) && !needs_gap(other, test->gap))
			return 1;
	}
	return 0;
}

/*
 * Has an easier test of the same gap said what is wrong: one that stands before this
 * one, and needs no gap that this one does not need?
 */
static int
follows_wrong(const struct result *result, const struct test *test)
{
	for (const struct test *other = result->tests; other < test; other++) {
		char *needs = other->needs;
		long gap;

		if (other->gap != test->gap ||
		    strcmp(other->verdict, "WRONG") != 0)
			continue;
		while ((gap = strtol(needs, &needs, 10)) != 0)
			if (!needs_gap(test, gap))
				break;
		if (gap == 0)
			return 1;
	}
	return 0;
}

/*
 * How much a failure tells: a crash more than what came of it. A crash or a hang may
 * come of what is wrong in an earlier gap, a hang also in an easier test of its own,
 * and tells no more than that. What the compiler says of other things tells nothing.
 */
static int
telling(const struct result *result, const struct test *test)
{
	static const char *const order[] = { "ZOMBIE", "LEAK",	  "WRONG",
					     "LIMIT",  "TIMEOUT", "HANG",
					     "CRASH" };

	if (has_telling_warning(test))
		return 100;
	if (is_warning(test))
		return -1;
	if (strcmp(test->verdict, "CRASH") == 0 &&
	    needs_failed_gap(result, test))
		return 2; /* as WRONG */
	if ((strcmp(test->verdict, "HANG") == 0 ||
	     strcmp(test->verdict, "TIMEOUT") == 0) &&
	    (needs_failed_gap(result, test) || follows_wrong(result, test)))
		return 2;
	for (int i = 0; i < (int)(sizeof(order) / sizeof(order[0])); i++)
		if (strcmp(test->verdict, order[i]) == 0)
			return i;
	return 3; /* RACE, UNSAFE */
}

/*
 * For a learner, who goes on in the order of the tests, from simple to hard: what
 * has been filled comes before the lab as a whole, and that before the open gap
 * at hand, but for a warning: it may come of what is half done there.
 */
static int
learner_rank(const struct result *result, const struct test *test, int gap)
{
	if (has_telling_warning(test))
		return 4;
	if (is_warning(test))
		return 0;
	if (test->gap == 0)
		return 2;
	if (result_todo(result, test->gap) == NULL)
		return 3;
	return test->gap == gap;
}

/*
 * The failure to look at first: one that costs points, if there is any. Of
 * those, one that can be fixed; then one that explains others, in a gap that has
 * been filled. Then the first for a learner; or, of the lab as a whole or of that
 * gap while some are open, the one that tells the most. NULL: nothing failed.
 */
const struct test *
first_failure(const struct result *result, int gap)
{
	const struct test *first = NULL;
	int best = -1;

	for (int i = 0; i < result->ntests; i++) {
		const struct test *test = &result->tests[i];
		int filled =
		    test->gap == 0 || result_todo(result, test->gap) == NULL;
		int rank = 8000 * !is_optional(result, test->gap) +
			   4000 * can_be_fixed(result, test) +
			   2000 * (filled && telling(result, test) >= 6) +
			   (result->learner
				? learner_rank(result, test, gap)
				: 1000 * (test->gap == 0 || test->gap == gap ||
					  *result->todo == '\0') +
				      telling(result, test));
		if (test->passed || is_left_open(result, test) || rank <= best)
			continue;
		first = test;
		best = rank;
	}
	return first;
}
