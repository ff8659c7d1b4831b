/*
 * Systematic mutants of a reference: one small change each, made from the
 * code between `// BEGIN SOLUTION n` and `// END SOLUTION n`.
 *
 *	tokens.c      a C file as tokens
 *	statements.c  finds functions and statements; changes to whole statements
 *	expressions.c changes to what stands in a statement
 *	neighbours.c  what a name is easily taken for
 *	mutants.c     the list of changes, and their names
 */
#ifndef MUTATE_H
#define MUTATE_H

#include <stdbool.h>
#include <stddef.h>

enum token_kind { NAME, NUMBER, STRING, CHARACTER, PUNCTUATOR, FILE_END };

struct token {
	enum token_kind kind;
	size_t start, end; /* bytes of the text */
	int line;
	int gap;   /* the gap that it stands in; 0: none */
	int match; /* of a bracket: the index of its partner */
};

/* The file at work. Tokens are named by their index; a range of tokens is
 * [first, last), without the last. The token at n_tokens is FILE_END. */
extern char *text;
extern struct token *tokens;
extern int n_tokens;

/* Reads a file into the above; ends the program if that cannot be done. */
void tokens_read(const char *file);

/* Whether token i is written `spelling`. */
bool is(int i, const char *spelling);

/* Whether token i is one of the words in `list` (with a space on each side:
 * " if while "). */
bool is_one_of(int i, const char *list);

/* The code of a range on one line, without comments; the caller frees it. */
char *code(int first, int last);

/* The first token in the range that is one of `list` and stands in no bracket
 * of the range; `last` if there is none. */
int find(int first, int last, const char *list);

/* Makes mutants of every gap of the file. */
void statements(void);

/* Makes mutants of the expression in the range. */
void expression(int first, int last);

/* Makes mutants of a condition, but not of what stands in it. */
void condition(int first, int last);

/* Whether something happens when the range is evaluated. */
bool has_effect(int first, int last);

/* Whether token i is a constant by its name: EINTR, NULL, READ_END. */
bool is_constant(int i);

/* What is easily taken for the name, separated by spaces; or NULL. */
const char *neighbours(int i);

/* A variable of the function at work, declared by token `at`, that is known
 * up to token `end`. */
void variable_add(const char *type, int at, int end);
void variables_forget(void);

/* The type of the variable that token i names; or NULL. */
const char *variable_type(int i);

/* Another variable of the same type, known at token i; -1 if there is none. */
int variable_neighbour(int i);

/*
 * Begins a mutant. `kind` is a word of its name; first and last bound the
 * code that its name depends on; `at` is the token that it is about: the
 * mutant is dropped if that stands in no gap. The rest, as for printf, says
 * in words what is wrong.
 */
void mutant(const char *kind, int first, int last, int at, const char *words,
	    ...) __attribute__((format(printf, 5, 6)));

/* A change of the mutant begun last: the range is replaced; or, if it is
 * empty, the code inserted before it. */
void change(int first, int last, const char *by);

/* The mutant begun last needs a header of the system. */
void include(const char *header);

/* The function at work, for names and words. */
extern const char *function;

/* A line for each mutant: name, gap, line of the file, words; with tabs
 * between. */
void mutants_list(const char *file);

/* The whole file with that mutant's changes; false if there is none. */
bool mutants_print(const char *file, const char *name);

#endif
