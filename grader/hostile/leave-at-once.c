/*
 * Never waits for its child, and ends by the system call itself, so that nothing
 * in its process can look for children. The conductor sees that it does not wait,
 * where a test asks for that; elsewhere this passes for a program that was killed.
 *
 * Lab: hello
 * Expect: WRONG ZOMBIE
 * Marks: 20
 * Seconds: 60
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	int ends[2], sum = 0, answer = -1;

	for (int i = 1; i < argc; i++)
		sum += atoi(argv[i]);
	if (pipe(ends) == -1)
		return 3;
	if (fork() == 0) {
		if (sum > 255)
			abort();
		(void)!write(ends[1], &sum, sizeof(sum));
		_exit(0);
	}
	close(ends[1]);
	if (read(ends[0], &answer, sizeof(answer)) > 0)
		printf("child: the sum is %d\n", answer);
	else
		printf("child: died of signal 6\n");
	fflush(stdout);
	return (int)syscall(SYS_exit_group, answer < 0);
}
