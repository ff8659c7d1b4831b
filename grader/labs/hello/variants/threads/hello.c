/*
 * hello, with threads: one starts the child, another one waits for it. The
 * arguments are read digit by digit, and the child learns only their sum.
 */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

struct child {
	char **words;
	pid_t pid;
	siginfo_t end;
	int error;
};

/* Returns the number that `digits` are, or -1. */
static int
number_of(const char *digits)
{
	int n = 0;

	if (*digits == '\0')
		return -1;
	for (; *digits != '\0'; digits++) {
		if (*digits < '0' || *digits > '9')
			return -1;
		n = 10 * n + (*digits - '0');
		if (n > 255)
			return -1;
	}
	return n;
}

static void *
start(void *argument)
{
	struct child *child = argument;
	const struct rlimit none = { 0, 0 };
	unsigned long sum = 0;

	child->pid = fork();
	child->error = errno;
	if (child->pid != 0)
		return NULL;
	for (char **word = child->words; *word != NULL; word++)
		sum += (unsigned long)number_of(*word);
	if (sum < 256)
		_exit((int)sum);
	setrlimit(RLIMIT_CORE, &none);
	abort();
}

static void *
await(void *argument)
{
	struct child *child = argument;

	do
		child->error =
		    waitid(P_PID, (id_t)child->pid, &child->end, WEXITED) == -1
			? errno
			: 0;
	while (child->error == EINTR);
	return NULL;
}

static void
in_a_thread(void *(*function)(void *), struct child *child)
{
	pthread_t thread;
	int error = pthread_create(&thread, NULL, function, child);

	if (error != 0)
		errx(1, "pthread_create: %s", strerror(error));
	pthread_join(thread, NULL);
}

int
main(int argc, char *argv[])
{
	struct child child = { .words = argv + 1 };
	int by_itself;

	for (int i = 1; i < argc; i++)
		if (number_of(argv[i]) == -1)
			errx(2, "%s: a number from 0 to 255, please", argv[i]);
	if (argc < 2)
		errx(2, "a number, please");
	in_a_thread(start, &child);
	if (child.pid == -1)
		errx(1, "fork: %s", strerror(child.error));
	in_a_thread(await, &child);
	if (child.error != 0)
		errx(1, "waitid: %s", strerror(child.error));
	by_itself = child.end.si_code == CLD_EXITED;
	printf("child: %s %d\n", by_itself ? "the sum is" : "died of signal",
	       child.end.si_status);
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	return !by_itself;
}
