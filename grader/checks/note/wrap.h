/*
 * Wrappers by a list of names.
 *
 * One C function stands for functions of any type. This is not C but the
 * calling convention of every 64-bit Linux: up to six arguments that are
 * integers or pointers, named or variable, come in six registers, and such a
 * result goes back in one. A function with floating-point arguments or more
 * than six needs a wrapper of its own.
 *
 * A checker lists what it wraps, and says how:
 *
 *	#define FUNCTIONS(X) X(pipe) X(pipe2)
 *	enum { FUNCTIONS(WRAP_INDEX) };
 *	static struct wrapped wrapped[] = { FUNCTIONS(WRAP_ENTRY) };
 *
 *	#define WRAPPER(name) \
 *		WRAP_DECLARE(name) \
 *		{ \
 *			return wrap_next(&wrapped[AT_##name])(PASS); \
 *		}
 *	FUNCTIONS(WRAPPER)
 */
#ifndef WRAP_H
#define WRAP_H

#include "note.h"

typedef long word;
#define WORDS word a, word b, word c, word d, word e, word f
#define PASS  a, b, c, d, e, f
typedef word function(WORDS);

struct wrapped {
	const char *name;
	function *next; /* the function that the wrapper replaces */
};

#define WRAP_INDEX(function_name) AT_##function_name,
#define WRAP_ENTRY(function_name) { .name = #function_name },

/* The name in the library is set apart from the name in C, whose type the
 * headers (and the compiler) already know. */
#define WRAP_DECLARE(function_name)                                      \
	EXPORT word wrap_##function_name(WORDS) __asm__(#function_name); \
	word wrap_##function_name(WORDS)

static inline word
wrap_nothing(WORDS)
{
	(void)a, (void)b, (void)c, (void)d, (void)e, (void)f;
	return 0;
}

/*
 * Looked up by the constructor; here for calls that come before it. The lookup
 * itself may free the text of an earlier error, or allocate one: then memory
 * is left alone, or none is left, and dlsym copes with both.
 */
static inline function *
wrap_next(struct wrapped *w)
{
	static __thread bool busy;

	if (w->next == NULL) {
		if (busy)
			return wrap_nothing;
		busy = true;
		w->next = (function *)note_next(w->name);
		busy = false;
	}
	return w->next;
}

#define WRAP_RESOLVE(table)                                                \
	for (size_t i_ = 0; i_ < sizeof(table) / sizeof((table)[0]); i_++) \
	wrap_next(&(table)[i_])

#endif
