/*
 * Opens all descriptors that it may, in as many processes as it may.
 *
 * Lab: hello
 * Expect: TIMEOUT WRONG HANG
 * Marks: 10
 * Seconds: 120
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { FUSE = 100000 };

int
main(void)
{
	int n = 0;

	for (int i = 0; i < 6; i++)
		fork();
	while (n < FUSE && open("/dev/null", O_RDONLY) != -1)
		n++;
	if (n == FUSE)
		puts("breach: descriptors without end");
	return 3;
}
