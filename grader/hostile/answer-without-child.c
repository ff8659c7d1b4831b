/*
 * Prints what a child would have reported, and has none. Whether a call was made
 * is evidence only if it is seen from outside; no test of this lab asks for it.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 10
 * Seconds: 30
 * Open: userns rootns uid plain
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
