/*
 * turns: lets others go first before each call that prints, so that what threads
 * print by several calls, without a lock, is not whole by mere luck. It reports
 * nothing: what is printed shows it.
 *
 * For the conductor, which gives way to another at each sched_yield (for the
 * kernel that is only a hint). What the C library calls inside a function is its
 * own affair: one call of printf is never taken apart.
 */
#define _GNU_SOURCE
#include "../note/wrap.h"

#include <sched.h>
#include <stdarg.h>
#include <stdio.h>

// clang-format off
#define PRINTS(X) \
	X(vprintf) X(vfprintf) X(vdprintf) X(puts) X(putchar) X(putc) X(fputc) \
	X(fputs) X(fwrite) X(fflush) X(write) X(writev)
// clang-format on

enum { PRINTS(WRAP_INDEX) };
static struct wrapped wrapped[] = { PRINTS(WRAP_ENTRY) };

#define PRINT(name)                                          \
	WRAP_DECLARE(name)                                   \
	{                                                    \
		sched_yield();                               \
		return wrap_next(&wrapped[AT_##name])(PASS); \
	}
PRINTS(PRINT)

EXPORT int
printf(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	int n = vprintf(format, list);
	va_end(list);
	return n;
}

EXPORT int
fprintf(FILE *file, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	int n = vfprintf(file, format, list);
	va_end(list);
	return n;
}

EXPORT int
dprintf(int fd, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	int n = vdprintf(fd, format, list);
	va_end(list);
	return n;
}

__attribute__((constructor)) static void
start(void)
{
	WRAP_RESOLVE(wrapped);
}
