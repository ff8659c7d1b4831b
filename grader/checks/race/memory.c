/*
 * race, the C library's memory and string functions: the compiler does not
 * instrument them, so their wrappers report what they read and write. So do
 * those of printf for the strings that it prints.
 */
#define _GNU_SOURCE
#include "hooks.h"

#include <string.h>

/* Reports an access by the caller of the function that uses this. */
#define TOUCH(address, size, how)                                            \
	do {                                                                 \
		if (race_mapping(address) != NULL)                           \
			race_access(address, size, how, note_caller(FRAME)); \
	} while (0)

EXPORT void *
memcpy(void *restrict to, const void *restrict from, size_t size)
{
	DECLARE_NEXT(memcpy);
	TOUCH(from, size, READ);
	TOUCH(to, size, WRITE);
	return next(to, from, size);
}

EXPORT void *
memmove(void *to, const void *from, size_t size)
{
	DECLARE_NEXT(memmove);
	TOUCH(from, size, READ);
	TOUCH(to, size, WRITE);
	return next(to, from, size);
}

EXPORT void *
memset(void *to, int byte, size_t size)
{
	DECLARE_NEXT(memset);
	TOUCH(to, size, WRITE);
	return next(to, byte, size);
}

/* What newer versions of clang have instead. */
__asm__(".globl __tsan_memcpy, __tsan_memmove, __tsan_memset\n"
	".set __tsan_memcpy, memcpy\n"
	".set __tsan_memmove, memmove\n"
	".set __tsan_memset, memset");

EXPORT int
memcmp(const void *a, const void *b, size_t size)
{
	DECLARE_NEXT(memcmp);
	TOUCH(a, size, READ);
	TOUCH(b, size, READ);
	return next(a, b, size);
}

EXPORT size_t
strlen(const char *s)
{
	size_t length;

	DECLARE_NEXT(strlen);
	length = next(s);
	TOUCH(s, length + 1, READ);
	return length;
}

EXPORT size_t
strnlen(const char *s, size_t size)
{
	size_t length;

	DECLARE_NEXT(strnlen);
	length = next(s, size);
	TOUCH(s, length < size ? length + 1 : size, READ);
	return length;
}

EXPORT char *
strcpy(char *restrict to, const char *restrict from)
{
	DECLARE_NEXT(strcpy);
	if (race_mapping(to) != NULL || race_mapping(from) != NULL) {
		size_t size = strlen(from) + 1;

		TOUCH(from, size, READ);
		TOUCH(to, size, WRITE);
	}
	return next(to, from);
}

EXPORT char *
stpcpy(char *restrict to, const char *restrict from)
{
	DECLARE_NEXT(stpcpy);
	if (race_mapping(to) != NULL || race_mapping(from) != NULL) {
		size_t size = strlen(from) + 1;

		TOUCH(from, size, READ);
		TOUCH(to, size, WRITE);
	}
	return next(to, from);
}

EXPORT char *
strncpy(char *restrict to, const char *restrict from, size_t size)
{
	DECLARE_NEXT(strncpy);
	if (race_mapping(from) != NULL)
		TOUCH(from, strnlen(from, size), READ);
	TOUCH(to, size, WRITE);
	return next(to, from, size);
}

EXPORT char *
strcat(char *restrict to, const char *restrict from)
{
	DECLARE_NEXT(strcat);
	if (race_mapping(to) != NULL || race_mapping(from) != NULL) {
		size_t size = strlen(from) + 1;

		TOUCH(from, size, READ);
		TOUCH(to, strlen(to) + size, WRITE);
	}
	return next(to, from);
}

EXPORT int
strcmp(const char *a, const char *b)
{
	DECLARE_NEXT(strcmp);
	if (race_mapping(a) != NULL)
		TOUCH(a, strlen(a) + 1, READ);
	if (race_mapping(b) != NULL)
		TOUCH(b, strlen(b) + 1, READ);
	return next(a, b);
}

EXPORT int
strncmp(const char *a, const char *b, size_t size)
{
	DECLARE_NEXT(strncmp);
	if (race_mapping(a) != NULL)
		TOUCH(a, strnlen(a, size), READ);
	if (race_mapping(b) != NULL)
		TOUCH(b, strnlen(b, size), READ);
	return next(a, b, size);
}

/* A macro in newer C libraries. */
#undef strchr
EXPORT char *
strchr(const char *s, int c)
{
	DECLARE_NEXT(strchr);
	if (race_mapping(s) != NULL)
		TOUCH(s, strlen(s) + 1, READ);
	return next(s, c);
}

EXPORT char *
strdup(const char *s)
{
	DECLARE_NEXT(strdup);
	if (race_mapping(s) != NULL)
		TOUCH(s, strlen(s) + 1, READ);
	return next(s);
}
