/*
 * Lets a child borrow its memory and sleep for ever: the parent sleeps where
 * no signal but one reaches it.
 *
 * Lab: hello
 * Expect: TIMEOUT HANG
 * Marks: 10
 * Seconds: 120
 */
#include <unistd.h>

int
main(void)
{
	if (vfork() == 0)
		for (;;)
			pause();
	return 3;
}
