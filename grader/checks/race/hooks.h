/*
 * Wrappers of race: what a call means for the clocks is done before it and
 * after it.
 *
 *	RACE_WRAP(sem_post, release_object, nothing)
 */
#ifndef RACE_HOOKS_H
#define RACE_HOOKS_H

#include <errno.h>

#include "../note/wrap.h"
#include "race.h"

struct call {
	word a, b, c, d, e, f; /* arguments */
	word result;	       /* as it came back: see race_int */
	const void *place;     /* the code that calls */
	int error;	       /* errno after the call */
};

/* The result of a function that returns int. */
static inline int
race_int(const struct call *call)
{
	return (int)call->result;
}

static inline void *
pointer(word w)
{
	return (void *)w;
}

static inline void
nothing(const struct call *call)
{
	(void)call;
}

#define RACE_WRAP(function_name, before, after)                          \
	static struct wrapped wrapped_##function_name = {                \
		.name = #function_name                                   \
	};                                                               \
	WRAP_DECLARE(function_name)                                      \
	{                                                                \
		struct call call = {                                     \
			.a = a, .b = b, .c = c, .d = d, .e = e, .f = f   \
		};                                                       \
		int saved = errno;                                       \
                                                                         \
		if (race_on()) {                                         \
			call.place = note_caller(FRAME);                 \
			before(&call);                                   \
			errno = saved;                                   \
		}                                                        \
		call.result = wrap_next(&wrapped_##function_name)(PASS); \
		if (race_on()) {                                         \
			call.error = errno;                              \
			after(&call);                                    \
			errno = call.error;                              \
		}                                                        \
		return call.result;                                      \
	}

#endif
