/*
 * race, printf and its kin: what they print goes to a descriptor; the strings
 * that they are given are read, those that they make are written.
 */
#define _GNU_SOURCE
#include "streams.h"

#include <limits.h>
#include <string.h>

void
race_string(const char *s, long precision, const void *place)
{
	if (s == NULL || race_mapping(s) == NULL)
		return;
	if (precision >= 0)
		race_access(s, strnlen(s, precision), READ, place);
	else
		race_access(s, strlen(s) + 1, READ, place);
}

/* A number in a format, or the argument that stands for it; -1 if none. */
static long
number(const char **p, va_list *list)
{
	long n = -1;

	if (**p == '*') {
		++*p;
		return va_arg(*list, int);
	}
	for (; **p >= '0' && **p <= '9'; ++*p)
		n = (n < 0 ? 0 : n) * 10 + (**p - '0');
	return n;
}

/*
 * Finds the strings among the arguments of a format. Stops at a conversion that
 * it does not know: the strings after it go unseen.
 */
static void
touch_strings(const char *format, va_list arguments, const void *place)
{
	va_list list;

	va_copy(list, arguments);
	for (const char *p = strchr(format, '%'); p != NULL;
	     p = strchr(p, '%')) {
		long precision = -1;
		int longs = 0;

		p++;
		p += strspn(p, "-+ #0'");
		number(&p, &list);
		if (*p == '.') {
			p++;
			precision = number(&p, &list);
			if (precision < 0)
				precision = 0;
		}
		for (; *p != '\0' && strchr("hlqjztL", *p) != NULL; p++)
			longs += *p != 'h';
		if (*p == 's' && longs == 0)
			race_string(va_arg(list, char *), precision, place);
		else if (*p == 's' || *p == 'p' || *p == 'n')
			va_arg(list, void *);
		else if (*p != '\0' && strchr("diouxXc", *p) != NULL)
			longs > 0 ? va_arg(list, long) : va_arg(list, int);
		else if (*p != '\0' && strchr("eEfFgGaA", *p) != NULL &&
			 longs == 0)
			va_arg(list, double);
		else if (*p != '%' && *p != 'm')
			break;
		p++;
	}
	va_end(list);
}

static int
print(FILE *f, const char *format, va_list list, const void *place)
{
	DECLARE_NEXT(vfprintf);
	if (race_on()) {
		int saved = errno;

		touch_strings(format, list, place);
		race_put(f);
		errno = saved;
	}
	return next(f, format, list);
}

static int
print_to(char *to, size_t size, const char *format, va_list list,
	 const void *place)
{
	int length;

	DECLARE_NEXT(vsnprintf);
	if (race_on())
		touch_strings(format, list, place);
	length = next(to, size, format, list);
	if (length >= 0 && size > 0)
		race_access(to,
			    (size_t)length < size ? (size_t)length + 1 : size,
			    WRITE, place);
	return length;
}

EXPORT int
vfprintf(FILE *restrict f, const char *restrict format, va_list list)
{
	return print(f, format, list, note_caller(FRAME));
}

/* With optimization, the header defines vprintf itself. */
EXPORT int race_vprintf(const char *format, va_list list) __asm__("vprintf");

int
race_vprintf(const char *format, va_list list)
{
	return print(stdout, format, list, note_caller(FRAME));
}

EXPORT int
vsnprintf(char *restrict to, size_t size, const char *restrict format,
	  va_list list)
{
	return print_to(to, size, format, list, note_caller(FRAME));
}

EXPORT int
vsprintf(char *restrict to, const char *restrict format, va_list list)
{
	return print_to(to, INT_MAX, format, list, note_caller(FRAME));
}

EXPORT int
printf(const char *restrict format, ...)
{
	WITH_LIST(print(stdout, format, list, note_caller(FRAME)));
}

EXPORT int
fprintf(FILE *restrict f, const char *restrict format, ...)
{
	WITH_LIST(print(f, format, list, note_caller(FRAME)));
}

EXPORT int
snprintf(char *restrict to, size_t size, const char *restrict format, ...)
{
	WITH_LIST(print_to(to, size, format, list, note_caller(FRAME)));
}

EXPORT int
sprintf(char *restrict to, const char *restrict format, ...)
{
	WITH_LIST(print_to(to, INT_MAX, format, list, note_caller(FRAME)));
}

static int
print_fd(int fd, const char *format, va_list list, const void *place)
{
	DECLARE_NEXT(vdprintf);
	if (race_on()) {
		touch_strings(format, list, place);
		race_release_file(fd);
	}
	return next(fd, format, list);
}

EXPORT int
vdprintf(int fd, const char *restrict format, va_list list)
{
	return print_fd(fd, format, list, note_caller(FRAME));
}

EXPORT int
dprintf(int fd, const char *restrict format, ...)
{
	WITH_LIST(print_fd(fd, format, list, note_caller(FRAME)));
}
