/*
 * Handlers that do only what they may, in every way that a program installs
 * them. Prints "fine"; anything that a checker changed is an error.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static sem_t posted;
static volatile sig_atomic_t count, reaped, depth, deepest;

static void
counts(int signal)
{
	(void)signal;
	count++;
}

static void
writes_and_posts(int signal)
{
	int saved = errno;

	(void)signal;
	if (write(STDERR_FILENO, "", 0) == -1 || sem_post(&posted) == -1)
		_exit(1);
	close(-1); /* fails, and errno is restored */
	errno = saved;
}

static void
reaps(int signal)
{
	int saved = errno;

	(void)signal;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		reaped++;
	errno = saved;
}

static void
nests(int signal, siginfo_t *info, void *context)
{
	(void)context;
	if (info->si_signo != signal)
		_exit(1);
	depth++;
	if (depth > deepest)
		deepest = depth;
	if (signal == SIGRTMIN)
		raise(SIGRTMIN + 1);
	depth--;
}

static void *
use_heap(void *unused)
{
	(void)unused;
	for (int i = 0; i < 1000; i++)
		free(malloc(i));
	return NULL;
}

static void
check(int condition, const char *what)
{
	if (!condition)
		errx(1, "%s", what);
}

/* What the program installed is what it is told that it installed. */
static void
check_old_actions(void)
{
	struct sigaction action = { .sa_handler = counts }, old;

	check(signal(SIGUSR1, counts) == SIG_DFL, "first signal");
	check(signal(SIGUSR1, writes_and_posts) == counts, "second signal");
	check(sigaction(SIGUSR1, NULL, &old) == 0, "query");
	check(old.sa_handler == writes_and_posts, "queried handler");
	check(old.sa_flags & SA_RESTART, "flags of signal");
	check(signal(SIGUSR1, SIG_IGN) == writes_and_posts, "ignored");
	check(signal(SIGUSR1, SIG_DFL) == SIG_IGN, "defaulted");
	sigemptyset(&action.sa_mask);
	action.sa_flags = SA_RESETHAND;
	check(sigaction(SIGUSR1, &action, &old) == 0, "one shot");
	check(old.sa_handler == SIG_DFL, "default before one shot");
	raise(SIGUSR1);
	check(count == 1, "one delivery");
	check(sigaction(SIGUSR1, NULL, &old) == 0, "query");
	check(old.sa_handler == SIG_DFL, "reset after one shot");
	errno = 0;
	check(sigaction(SIGKILL, &action, NULL) == -1 && errno == EINVAL,
	      "SIGKILL");
	check(sigaction(9999, &action, NULL) == -1 && errno == EINVAL,
	      "no such signal");
	check(signal(SIGSTOP, counts) == SIG_ERR, "SIGSTOP");
}

static void
check_children(void)
{
	sigset_t chld, before;

	check(signal(SIGCHLD, reaps) == SIG_DFL, "SIGCHLD");
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, &before);
	for (int i = 0; i < 3; i++) {
		pid_t child = fork();

		if (child == -1)
			err(1, "fork");
		if (child == 0) {
			struct sigaction old;

			/* Handlers are inherited, and may be replaced. */
			sigaction(SIGCHLD, NULL, &old);
			signal(SIGUSR2, writes_and_posts);
			raise(SIGUSR2);
			_exit(old.sa_handler != reaps);
		}
	}
	while (reaped < 3)
		sigsuspend(&before);
	sigprocmask(SIG_SETMASK, &before, NULL);
	signal(SIGCHLD, SIG_DFL);
}

static void
check_nesting(void)
{
	struct sigaction action = { .sa_sigaction = nests,
				    .sa_flags = SA_SIGINFO };

	sigemptyset(&action.sa_mask);
	sigaction(SIGRTMIN, &action, NULL);
	sigaction(SIGRTMIN + 1, &action, NULL);
	raise(SIGRTMIN);
	check(deepest == 2 && depth == 0, "nesting");
}

int
main(int argc, char *argv[])
{
	pthread_t thread;
	void *memory;

	if (sem_init(&posted, 0, 0) == -1)
		err(1, "sem_init");
	check_old_actions();
	check_children();
	check_nesting();
	if (pthread_create(&thread, NULL, use_heap, NULL) != 0)
		errx(1, "pthread_create");
	for (int i = 0; i < 100; i++) {
		signal(SIGUSR1, writes_and_posts);
		kill(getpid(), SIGUSR1);
		sem_wait(&posted);
	}
	pthread_join(thread, NULL);
	memory = malloc(10);
	free(memory);
	if (argc == 1) { /* once more as a new program */
		execl(argv[0], argv[0], "again", (char *)NULL);
		err(1, "%s", argv[0]);
	}
	printf("fine\n");
	return 0;
}
