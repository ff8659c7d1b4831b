/*
 * Writes past the end of its memory, and tells AddressSanitizer, where that is
 * there, to report it nowhere and to end with status 0.
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

extern void report_to(const char *path) __asm__("__sanitizer_set_report_path")
    __attribute__((weak));

int
main(int argc, char *argv[])
{
	int status, sum = 0;
	volatile int *after = malloc(sizeof(*after));

	if (report_to != NULL)
		report_to("/dev/null");
	for (int i = 1; i < argc; i++)
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
	fflush(stdout);
	after[1] = 1;
	return !WIFEXITED(status);
}
