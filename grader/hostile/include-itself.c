/*
 * Includes itself twice, two hundred levels deep: compiling never ends.
 *
 * Lab: hello
 * Expect: BUILD
 * Marks: 0
 * Seconds: 120
 */
#include __FILE__
#include __FILE__

int
main(void)
{
	return 0;
}
