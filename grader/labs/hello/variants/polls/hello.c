/*
 * hello: the smallest message that a child can send is its exit status.
 *
 *	./hello NUMBER...
 *
 * A child adds the numbers and ends with the sum as its exit status; the
 * parent waits for it and says what it learnt. A sum above 255 does not fit
 * into an exit status: the child then ends by abort(3) instead of sending a
 * wrong answer, and the parent sees a death by signal.
 *
 * Look at: what wait(2) stores, and the macros that take it apart.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STATUS_MAX = 255 }; /* the parent sees the low eight bits only */

/* Parses a number from 0 to STATUS_MAX; exits with 2 if it is not one. */
static int
parse(const char *text)
{
	char *end;

	errno = 0;
	long number = strtol(text, &end, 10);
	if (end == text || *end != '\0' || errno != 0 || number < 0 ||
	    number > STATUS_MAX)
		errx(2, "not a number from 0 to %d: %.*s", STATUS_MAX,
		     (int)strcspn(text, "\n"), text); /* one line */
	return (int)number;
}

/* The child: does not return. */
static void
add(char *const numbers[])
{
	long sum = 0;

	for (int i = 0; numbers[i] != NULL; i++)
		sum += parse(numbers[i]);
	if (sum > STATUS_MAX) {
		/* No core file for a death that is intended. */
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
		abort();
	}
	_exit((int)sum);
}

/*
 * Gap 1: tell what became of the child.
 *
 * `status` is what waitpid(2) stored. Returns the child's exit status, 0 to
 * 255, if it ended by itself; -N if signal N ended it.
 * Trap: after a death by signal there is no exit status to read.
 */
static int
answer(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int
main(int argc, char *argv[])
{
	int status;

	if (argc < 2) {
		fprintf(stderr, "usage: hello NUMBER...\n");
		return 2;
	}
	for (int i = 1; i < argc; i++)
		parse(argv[i]);

	pid_t pid = fork();
	if (pid == -1)
		err(1, "fork");
	if (pid == 0)
		add(argv + 1);
	for (;;) {
		pid_t got =
		    waitpid(pid, &status, WNOHANG | WUNTRACED | WCONTINUED);
		if (got == -1)
			err(1, "waitpid");
		if (got == pid && (WIFEXITED(status) || WIFSIGNALED(status)))
			break;
		usleep(1000);
	}

	int number = answer(status);
	if (number >= 0)
		printf("child: the sum is %d\n", number);
	else
		printf("child: died of signal %d\n", -number);
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	return number >= 0 ? 0 : 1;
}
