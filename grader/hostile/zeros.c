/*
 * The answers are right but for a zero byte before each line, which a shell drops
 * when it reads them.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 10
 * Seconds: 60
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	int status, sum = 0;

	for (int i = 1; i < argc; i++)
		sum += atoi(argv[i]);
	pid_t pid = fork();
	if (pid == 0) {
		if (sum > 255)
			abort();
		_exit(sum);
	}
	waitpid(pid, &status, 0);
	putchar('\0');
	if (WIFEXITED(status))
		printf("child: the sum is %d\n", WEXITSTATUS(status));
	else
		printf("child: died of signal %d\n", WTERMSIG(status));
	return !WIFEXITED(status);
}
