/* What the parts of race share that watch stdio. */
#ifndef RACE_STREAMS_H
#define RACE_STREAMS_H

#include <stdarg.h>
#include <stdio.h>

#include "hooks.h"

/* The end of a function whose arguments are the dots after `format`. */
#define WITH_LIST(call)                 \
	do {                            \
		va_list list;           \
		int result_;            \
                                        \
		va_start(list, format); \
		result_ = call;         \
		va_end(list);           \
		return result_;         \
	} while (0)

/* Something may be written to the stream; NULL: to all. */
void race_put(FILE *f);

/* Something was read from the stream. */
void race_got(FILE *f);

/* A string is read, of which `precision` bytes count (-1: all). */
void race_string(const char *s, long precision, const void *place);

#endif
