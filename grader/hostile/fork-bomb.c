/*
 * Forks without end, in every child.
 *
 * Lab: hello
 * Expect: TIMEOUT LIMIT
 * Marks: 10
 * Seconds: 180
 */
#include <unistd.h>

int
main(void)
{
	for (;;)
		fork();
}
