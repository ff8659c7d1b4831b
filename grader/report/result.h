/*
 * One lab's result, as the tests left it on disk, and the four ways to show it.
 *
 *	result.c   reads the directory of results
 *	first.c    which failure is to be looked at first
 *	safe.c     text that may come from a student, for terminals and shells
 *	text.c     the report on the terminal
 *	build.c    of it, what the compiler says
 *	line.c     the same in one line
 *	place.c    where in the student's files a failure is to be looked for
 *	editor.c   in the form of a compiler's messages
 *	json.c     the same facts for programs
 */
#ifndef RESULT_H
#define RESULT_H

#include <stdio.h>

enum { TESTS_MAX = 200, REPLAY_MAX = 8192 };

/* One test. Every string is never NULL, and may hold several lines. */
struct test {
	char *name;
	int gap;     /* 0: the lab as a whole */
	char *needs; /* gaps that must be filled first: "2 3" */
	int points;
	char *verdict; /* OK, WRONG, HANG ... */
	int passed;
	int open; /* the gap was not begun, says the test; see first.c */
	double seconds;
	/* of a failed test */
	char *ran;    /* the scenario */
	char *words;  /* what words of the grader's in it mean, a line each */
	char *wanted; /* the expectation that failed first */
	char *came;   /* what came instead */
	char *error;  /* standard error, if nothing above shows it */
	char *status; /* the scenario's exit status, if it is not 0 */
	char *means;
	char *why;  /* the hang report */
	char *when; /* what was special about the run; `came` ends with it */
	char
	    *failing; /* which calls were made to fail: rules, for conduct -f */
	char *section;	/* of the handout */
	char *expected; /* whole outputs, where those were compared */
	char *actual;
};

struct result {
	char *kit; /* version of the kit */
	char *lab;
	char *tree;
	char *hidden; /* the folder of tests that are not the lab's, if any */
	char *seed;
	char *isolation;
	char *build;  /* the compiler's words, if the lab did not build */
	char *lost;   /* what this machine could not check; a line each */
	char *todo;   /* open gaps: "1 handoff.c:45", a line each */
	char *places; /* of their files: "file a.c:1", "main-a a.c:80",
		       * "gap-1 a.c:45", a line each */
	double seconds;
	int learner; /* it is shown to one who goes on, gap by gap */
	int score, max_score;
	int ntests;
	struct test tests[TESTS_MAX];
};

/* Reads a result; NULL and a line on standard error if it is not complete. */
struct result *result_read(const char *dir);

/* Where a gap is still open, "handoff.c:45" up to a newline; or NULL. */
const char *result_todo(const struct result *result, long gap);

/* A gap that this failed test needs and that is still open; or 0. */
int result_blocked_by(const struct result *result, const struct test *test);

/* The command that runs just this test again, into `text`. */
void result_replay(const struct result *result, const struct test *test,
		   char *text, size_t size);

/*
 * The command that draws the run of a test that hangs, into `text`. Returns 0 if
 * there is none: the scenario is more than one command, or does not hang each time.
 */
int result_trace(const struct result *result, const struct test *test,
		 char *text, size_t size);

/* first.c; see there. */
int is_optional(const struct result *result, long gap);
int is_left_open(const struct result *result, const struct test *test);
int can_be_fixed(const struct result *result, const struct test *test);
int next_gap(const struct result *result);
const struct test *first_failure(const struct result *result, int gap);

/* A place in one of the files that were handed in. */
struct place {
	const char
	    *name; /* not ended: it may stand in a text, "hello.c:12: ..." */
	size_t length; /* of the name */
	long line;
};

/* The length of such a file's name at `text`, if a colon follows it; or 0. */
size_t name_at(const struct result *result, const char *text);

/* Whether a place, "hello.c:12", stands at `text`. */
int place_at(const struct result *result, const char *text,
	     struct place *place);

/* Where to look for a failure. */
void find_place(const struct result *result, const struct test *test,
		struct place *place);

/* safe.c; see there. */
int utf8_length(const unsigned char *s);
unsigned long utf8_value(const unsigned char *s, int n);
int is_hidden(unsigned long c);
void put_safe(const char *text, size_t length);
size_t add_quoted(char *text, size_t used, size_t size, const char *word);

/* Of the report on the terminal: the list and the first failure, and more, or less. */
enum shown { LIST, EVERY_FAILURE, FIRST_FAILURE };
void text_print(const struct result *result, int colour, enum shown shown,
		size_t columns);
void build_print(const struct result *result);
void line_print(const struct result *result);
void editor_print(const struct result *result);
void json_print(const struct result *result);

#endif
