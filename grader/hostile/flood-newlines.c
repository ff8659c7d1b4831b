/*
 * Prints empty lines without end: what looks for the last line that is not empty
 * may look for very long.
 *
 * Lab: hello
 * Expect: LIMIT TIMEOUT
 * Marks: 10
 * Seconds: 240
 */
#include <stdio.h>

int
main(void)
{
	for (;;)
		putchar('\n');
}
