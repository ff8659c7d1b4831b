/*
 * Prints the answers that the handout shows, and computes nothing. The drawn
 * numbers find it out; only the tests without any are passed.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 10
 * Seconds: 60
 */
#include <stdio.h>
#include <string.h>

int
main(int argc, char *argv[])
{
	if (argc == 3 && strcmp(argv[1], "200") == 0) {
		puts("child: died of signal 6");
		return 1;
	}
	puts("child: the sum is 42");
	return 0;
}
