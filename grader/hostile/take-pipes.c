/*
 * Makes pipes, as many as it can: their pages are counted for the user, who may
 * have other boxes, and once they are used up new pipes hold next to nothing.
 *
 * Lab: hello
 * Expect: LIMIT
 * Marks: 10
 * Seconds: 60
 */
#include <stdio.h>
#include <unistd.h>

int
main(void)
{
	int ends[2], n = 0;

	for (int i = 0; i < 5; i++)
		fork();
	while (pipe(ends) == 0)
		n++;
	sleep(2);
	printf("breach: 32 processes with %d pipes each\n", n);
	return 3;
}
