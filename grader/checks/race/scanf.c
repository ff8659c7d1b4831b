/*
 * race, the scanf family: under their own names, and under those that headers
 * substitute for one C standard or another.
 */
#define _GNU_SOURCE
#include "streams.h"

typedef int scanner(FILE *f, const char *format, va_list list);

static int
scan(struct wrapped *w, FILE *f, const char *format, va_list list)
{
	scanner *next = (scanner *)(void *)wrap_next(w);
	int count = next(f, format, list);

	if (race_on()) {
		int saved = errno;

		race_got(f);
		errno = saved;
	}
	return count;
}

/* The four that need no string to read from; vfscanf is the one called. */
#define SCAN(scanf, fscanf, vscanf, vfscanf)                              \
	static struct wrapped wrapped_##vfscanf = { .name = #vfscanf };   \
	EXPORT int race_##vfscanf(FILE *f, const char *format,            \
				  va_list list) __asm__(#vfscanf);        \
	int race_##vfscanf(FILE *f, const char *format, va_list list)     \
	{                                                                 \
		return scan(&wrapped_##vfscanf, f, format, list);         \
	}                                                                 \
	EXPORT int race_##vscanf(const char *format,                      \
				 va_list list) __asm__(#vscanf);          \
	int race_##vscanf(const char *format, va_list list)               \
	{                                                                 \
		return scan(&wrapped_##vfscanf, stdin, format, list);     \
	}                                                                 \
	EXPORT int race_##scanf(const char *format, ...) __asm__(#scanf); \
	int race_##scanf(const char *format, ...)                         \
	{                                                                 \
		WITH_LIST(race_##vscanf(format, list));                   \
	}                                                                 \
	EXPORT int race_##fscanf(FILE *f, const char *format,             \
				 ...) __asm__(#fscanf);                   \
	int race_##fscanf(FILE *f, const char *format, ...)               \
	{                                                                 \
		WITH_LIST(race_##vfscanf(f, format, list));               \
	}

SCAN(scanf, fscanf, vscanf, vfscanf)
SCAN(__isoc99_scanf, __isoc99_fscanf, __isoc99_vscanf, __isoc99_vfscanf)
SCAN(__isoc23_scanf, __isoc23_fscanf, __isoc23_vscanf, __isoc23_vfscanf)
