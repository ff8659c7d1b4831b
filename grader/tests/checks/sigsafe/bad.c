/*
 * Handlers that do what they may not, one case a run: sigsafe_bad CASE
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

/* sigset is old, but students find it. */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

static sigjmp_buf away;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void
prints(int signal)
{
	printf("%d %.1f %d %d %d %d %d %d\n", signal, 2.5, 1, 2, 3, 4, 5, 6);
	printf("once more\n");
}

static void
prints_with_info(int signal, siginfo_t *info, void *context)
{
	char text[64];

	(void)context;
	snprintf(text, sizeof(text), "%d %d\n", signal,
		 info->si_value.sival_int);
	if (write(STDOUT_FILENO, text, strlen(text)) == -1)
		_exit(1);
}

static void
allocates(int signal)
{
	(void)signal;
	free(malloc(10));
}

static void
warns(int signal)
{
	warnx("%s %.1f", strsignal(signal), 1.5);
	syslog(LOG_DEBUG, "%d", signal);
}

static void
locks(int signal)
{
	(void)signal;
	pthread_mutex_lock(&mutex);
	pthread_mutex_unlock(&mutex);
}

static void
tells_time(int signal)
{
	time_t now = time(NULL);

	(void)signal;
	if (localtime(&now) == NULL)
		_exit(1);
}

static void
clobbers_errno(int signal)
{
	(void)signal;
	close(-1);
}

static void
jumps(int signal)
{
	(void)signal;
	siglongjmp(away, 1);
}

static void
ends(int signal)
{
	(void)signal;
	exit(0);
}

/* Safe itself, but interrupted by one that is not. */
static void
interrupted(int signal)
{
	int saved = errno;

	(void)signal;
	raise(SIGUSR2);
	errno = saved;
}

static void
in_atexit(void)
{
	printf("bye\n");
}

static void
set(int signal, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler };

	sigemptyset(&action.sa_mask);
	if (sigaction(signal, &action, NULL) == -1)
		err(1, "sigaction");
}

/* Runs one handler, then uses what would be unsafe in it. */
static void
deliver(void (*handler)(int))
{
	void *memory;

	set(SIGUSR1, handler);
	raise(SIGUSR1);
	raise(SIGUSR1);
	memory = malloc(100);
	printf("after\n");
	free(memory);
}

static void
with_info(void)
{
	struct sigaction action = { .sa_sigaction = prints_with_info,
				    .sa_flags = SA_SIGINFO };
	union sigval value = { .sival_int = 77 };

	sigemptyset(&action.sa_mask);
	if (sigaction(SIGRTMIN + 2, &action, NULL) == -1)
		err(1, "sigaction");
	if (sigqueue(getpid(), SIGRTMIN + 2, value) == -1)
		err(1, "sigqueue");
}

static void
nested_jump(void)
{
	set(SIGUSR1, interrupted);
	set(SIGUSR2, jumps);
	if (sigsetjmp(away, 1) == 0)
		raise(SIGUSR1);
	deliver(clobbers_errno);
}

static void
in_child(void)
{
	pid_t child = fork();

	if (child == -1)
		err(1, "fork");
	if (child == 0) {
		set(SIGUSR1, prints);
		raise(SIGUSR1);
		exit(0);
	}
	if (waitpid(child, NULL, 0) == -1)
		err(1, "waitpid");
}

int
main(int argc, char *argv[])
{
	const char *name = argc == 2 ? argv[1] : "";

	if (strcmp(name, "printf") == 0)
		deliver(prints);
	else if (strcmp(name, "malloc") == 0)
		deliver(allocates);
	else if (strcmp(name, "warn") == 0)
		deliver(warns);
	else if (strcmp(name, "mutex") == 0)
		deliver(locks);
	else if (strcmp(name, "time") == 0)
		deliver(tells_time);
	else if (strcmp(name, "errno") == 0) {
		errno = EBADF; /* as the handler leaves it */
		deliver(clobbers_errno);
	} else if (strcmp(name, "info") == 0)
		with_info();
	else if (strcmp(name, "child") == 0)
		in_child();
	else if (strcmp(name, "nested-jump") == 0)
		nested_jump();
	else if (strcmp(name, "jump") == 0) {
		if (sigsetjmp(away, 1) == 0)
			deliver(jumps);
		printf("jumped\n");
	} else if (strcmp(name, "nested") == 0) {
		set(SIGUSR2, prints);
		deliver(interrupted);
	} else if (strcmp(name, "signal") == 0) {
		signal(SIGUSR1, prints);
		raise(SIGUSR1);
	} else if (strcmp(name, "sigset") == 0) {
		sigset(SIGUSR1, prints);
		raise(SIGUSR1);
	} else if (strcmp(name, "exit") == 0) {
		atexit(in_atexit);
		deliver(ends);
	} else if (strcmp(name, "exit-itself") == 0) {
		signal(SIGINT, exit);
		raise(SIGINT);
	} else {
		errx(2, "usage: sigsafe_bad CASE");
	}
	return 0;
}
