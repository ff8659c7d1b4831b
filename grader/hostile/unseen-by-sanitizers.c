/*
 * Puts an attribute on its functions so that the sanitizers leave them alone, the
 * name of which it makes of parts in one place.
 *
 * Lab: hello
 * Expect: BUILD
 * Marks: 0
 * Seconds: 60
 */
#include <stdio.h>
#include <stdlib.h>

#define JOIN(a, b) a##b
__attribute__((JOIN(no_, sanitize)("address"))) int first(volatile int *);
__attribute__((__no_sanitize__("address"))) int second(volatile int *);

int
first(volatile int *p)
{
	return p[1];
}

int
second(volatile int *p)
{
	return p[2];
}

int
main(void)
{
	volatile int *p = malloc(sizeof(*p));

	return first(p) + second(p);
}
