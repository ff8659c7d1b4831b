/*
 * Burns processor time in many processes.
 *
 * Lab: hello
 * Expect: TIMEOUT
 * Marks: 10
 * Seconds: 180
 */
#include <unistd.h>

int
main(void)
{
	volatile unsigned long n = 0;

	for (int i = 0; i < 5; i++)
		fork();
	for (;;)
		n = n + 1;
}
