/*
 * Prints what a child would have reported, and has none. What it prints is right:
 * only the test that asks for the calls, which the conductor sees, takes points.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 15
 * Seconds: 60
 */
#include <stdio.h>
#include <stdlib.h>

int
main(int argc, char *argv[])
{
	int sum = 0;

	while (--argc > 0)
		sum += atoi(argv[argc]);
	if (sum < 256)
		return printf("child: the sum is %d\n", sum) < 0;
	puts("child: died of signal 6");
	return EXIT_FAILURE;
}
