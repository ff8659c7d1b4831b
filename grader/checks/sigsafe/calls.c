/* sigsafe: the functions that a handler may not call, and the ways out of it. */
#define _GNU_SOURCE
#include "../note/wrap.h"
#include "sigsafe.h"
#include "unsafe.h"

#include <errno.h>
#include <stdarg.h>

// clang-format off
#define JUMPS(X) X(longjmp) X(_longjmp) X(siglongjmp) X(__longjmp_chk)
#define ENDS(X) X(exit) X(quick_exit)
#define FUNCTIONS(X) UNSAFE_LISTED(X) JUMPS(X) ENDS(X)
// clang-format on

enum { FUNCTIONS(WRAP_INDEX) };
static struct wrapped wrapped[] = { FUNCTIONS(WRAP_ENTRY) };

/*
 * A jump inside a handler is taken to leave it, and those that it interrupted.
 * If it were taken to stay inside, everything that the program does afterwards
 * would be reported.
 */
#define JUMP(name)                                                 \
	WRAP_DECLARE(name)                                         \
	{                                                          \
		if (running.signal != 0) {                         \
			report(#name, "() out of the handler of ", \
			       place_in_handler(FRAME));           \
			errno = running.before;                    \
		}                                                  \
		running.signal = 0;                                \
		return wrap_next(&wrapped[AT_##name])(PASS);       \
	}
JUMPS(JUMP)

/* What atexit functions call is not the handler's doing. */
#define END(name)                                            \
	WRAP_DECLARE(name)                                   \
	{                                                    \
		unsafe(#name, FRAME);                        \
		running.signal = 0;                          \
		return wrap_next(&wrapped[AT_##name])(PASS); \
	}
ENDS(END)

#define UNSAFE(name)                                         \
	WRAP_DECLARE(name)                                   \
	{                                                    \
		unsafe(#name, FRAME);                        \
		return wrap_next(&wrapped[AT_##name])(PASS); \
	}
UNSAFE_LISTED(UNSAFE)

/*
 * Functions of variable arguments, each through the one that takes a va_list.
 */
#define VARIADIC_INDEX(function_name, list_name, named) \
	VARIADIC_##function_name,
#define VARIADIC_ENTRY(function_name, list_name, named) { .name = #list_name },

enum { UNSAFE_VARIADIC(VARIADIC_INDEX) };
static struct wrapped variadic[] = { UNSAFE_VARIADIC(VARIADIC_ENTRY) };

#define NAMED_1 word a
#define NAMED_2 NAMED_1, word b
#define NAMED_3 NAMED_2, word c
#define NAMED_4 NAMED_3, word d
#define NAMED_5 NAMED_4, word e
#define PASS_1	a
#define PASS_2	PASS_1, b
#define PASS_3	PASS_2, c
#define PASS_4	PASS_3, d
#define PASS_5	PASS_4, e
#define LAST_1	a
#define LAST_2	b
#define LAST_3	c
#define LAST_4	d
#define LAST_5	e

#define VARIADIC(name, list_name, named)                            \
	EXPORT word wrap_##name(NAMED_##named, ...) __asm__(#name); \
	word wrap_##name(NAMED_##named, ...)                        \
	{                                                           \
		typedef word list_function(NAMED_##named, va_list); \
		list_function *next;                                \
		va_list list;                                       \
		word result;                                        \
                                                                    \
		unsafe(#name, FRAME);                               \
		next = (list_function *)(void *)wrap_next(          \
		    &variadic[VARIADIC_##name]);                    \
		va_start(list, LAST_##named);                       \
		result = next(PASS_##named, list);                  \
		va_end(list);                                       \
		return result;                                      \
	}
UNSAFE_VARIADIC(VARIADIC)

__attribute__((constructor)) static void
start(void)
{
	int saved = errno;

	WRAP_RESOLVE(wrapped);
	WRAP_RESOLVE(variadic);
	errno = saved;
}
