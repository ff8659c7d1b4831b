/*
 * Prints without end, on both streams.
 *
 * Lab: hello
 * Expect: LIMIT
 * Marks: 10
 * Seconds: 120
 */
#include <string.h>
#include <unistd.h>

int
main(void)
{
	char block[65536];

	memset(block, '\033', sizeof(block));
	for (;;)
		if (write(1, block, sizeof(block)) == -1 ||
		    write(2, block, sizeof(block)) == -1)
			return 3;
}
