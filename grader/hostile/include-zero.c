/*
 * Includes a device that never ends: the compiler takes all the memory that
 * it gets.
 *
 * Lab: hello
 * Expect: BUILD
 * Marks: 0
 * Seconds: 120
 */
#include "/dev/zero"

int
main(void)
{
	return 0;
}
