/*
 * Would be full of warnings, but asks the compiler in several ways not to say so.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 70
 * Seconds: 60
 */
#pragma GCC diagnostic ignored "-Wunused-variable"
#define JOIN(a, b) a##b
// clang-format off
JOIN(_Pra, gma)("GCC diagnostic ignored \"-Wsign-compare\"")
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
    // clang-format on

    int main(int argc, char *argv[])
{
	int status, sum = 0, never_used;

	for (unsigned i = 1; i < argc; i++)
		sum += atoi(argv[i]);
	pid_t pid = fork();
	if (pid == 0) {
		if (sum > 255)
			abort();
		_exit(sum);
	}
	waitpid(pid, &status, 0);
	if (WIFEXITED(status))
		printf("child: the sum is %d\n", WEXITSTATUS(status));
	else
		printf("child: died of signal %d\n", WTERMSIG(status));
	return !WIFEXITED(status);
}
