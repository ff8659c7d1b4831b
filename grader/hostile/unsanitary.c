/*
 * Does not compile with the flags that the sanitizers need (they keep the frame
 * pointer), and without them writes past the end of its memory: the grader must
 * not take it for a compiler that has no sanitizers.
 *
 * Lab: hello
 * Expect: BUILD
 * Marks: 0
 * Seconds: 60
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__x86_64__)
#define FRAME "rbp"
#else
#define FRAME "x29"
#endif

int
main(int argc, char *argv[])
{
	int status;
	volatile int *sum = malloc(sizeof(int));

	__asm__ volatile("" ::: FRAME);
	sum[1] = 0;
	for (int i = 1; i < argc; i++)
		sum[1] += atoi(argv[i]);
	pid_t pid = fork();
	if (pid == 0) {
		if (sum[1] > 255)
			abort();
		_exit(sum[1]);
	}
	waitpid(pid, &status, 0);
	if (WIFEXITED(status))
		printf("child: the sum is %d\n", WEXITSTATUS(status));
	else
		printf("child: died of signal %d\n", WTERMSIG(status));
	return !WIFEXITED(status);
}
