/*
 * deadline: reads one line from a FIFO, within a time limit.
 *
 *	./deadline MS PATH
 *
 * It prints the line. If there is none within MS milliseconds it says so, and
 * ends with status 124. SIGUSR1 asks whether it is still there.
 *
 * Look at: there is one limit for opening and reading, however many signals and
 * pieces of the line come.
 */
#define _GNU_SOURCE
#include "timeouts.h"
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ROOM	  4096	   /* for the longest line, with its newline */
#define AGAIN	  10000	   /* microseconds */
#define MAX_LIMIT 86400000 /* ms: a day */
#define TIMED_OUT 124	   /* as timeout(1) has it */

static volatile sig_atomic_t late; /* 1: the limit is over */

static void
on_usr1(int signo)
{
	static const char text[] = "deadline: still waiting\n";
	int saved = errno;

	(void)signo;
	(void)!write(STDERR_FILENO, text, strlen(text));
	errno = saved;
}

static void
on_alarm(int signo)
{
	(void)signo;
	late = 1;
}

/*
 * Gap 3: `ms` milliseconds from now on, `late` becomes 1, and a call that
 * blocks ends (EINTR), whether it began before or after that.
 *
 * So it is even if the program was started with SIGALRM ignored, or blocked and
 * pending, or to come from a timer set before: that does not count. What else is
 * blocked stays so. A call that fails ends the program with a message.
 * Trap: SIGALRM may come just before the call that it is to end.
 */
static void
start_limit(long ms)
{
	// BEGIN SOLUTION 3
	struct sigaction action = { .sa_handler = on_alarm };
	const struct timespec no_time = { 0 };
	sigset_t only;

	arm(0, 0); /* exec keeps a timer that runs */
	if (sigaction(SIGALRM, &action, NULL) == -1)
		err(1, "sigaction");
	sigemptyset(&only);
	sigaddset(&only, SIGALRM);
	/* One that has been pending since before says nothing: take it. */
	sigtimedwait(&only, NULL, &no_time);
	sigprocmask(SIG_UNBLOCK, &only, NULL);
	arm(ms * 1000, AGAIN);
	// STUB (void)ms;
	// STUB (void)on_alarm;
	// END SOLUTION 3
}

/*
 * Gap 4: open `path`, and read a line from it into `line`, of ROOM bytes.
 *
 * Returns the line's length, with its newline; 0 if the writers close before one,
 * perhaps without a byte; -1 with errno set, EMSGSIZE if it is longer than that,
 * EINTR only if `late` is set.
 * What follows the newline is dropped.
 * Trap: other signals end calls, too; and a line may come in pieces.
 */
static ssize_t
read_line(const char *path, char *line)
{
	// BEGIN SOLUTION 4
	size_t used = 0;
	int fd; /* open until the program ends */

	do
		fd = open(path, O_RDONLY);
	while (fd == -1 && errno == EINTR && !late);
	if (fd == -1)
		return -1;
	while (used < ROOM) {
		ssize_t n = read(fd, line + used, ROOM - used);
		char *newline;

		if (n == -1 && errno == EINTR && !late)
			continue;
		if (n <= 0)
			return n;
		newline = memchr(line + used, '\n', n);
		if (newline != NULL)
			return newline + 1 - line;
		used += n;
	}
	errno = EMSGSIZE;
	return -1;
	// STUB int fd = open(path, O_RDONLY);
	// STUB
	// STUB return fd == -1 ? -1 : read(fd, line, ROOM);
	// END SOLUTION 4
}

int
main(int argc, char *argv[])
{
	struct sigaction action = { .sa_handler = on_usr1 };
	char line[ROOM];
	ssize_t n;

	if (argc != 3) {
		fprintf(stderr, "usage: deadline MS PATH\n");
		return 2;
	}
	if (sigaction(SIGUSR1, &action, NULL) == -1)
		err(1, "sigaction");
	start_limit(number("MS", argv[1], 1, MAX_LIMIT));
	n = read_line(argv[2], line);
	if (n == -1 && late)
		errx(TIMED_OUT, "%s: no line within %s ms", argv[2], argv[1]);
	if (n == -1)
		err(1, "%s", argv[2]);
	if (n == 0)
		errx(1, "%s: the line has no end", argv[2]);
	arm(0, 0);
	/* SIGUSR1 is not to end what prints. */
	action.sa_flags = SA_RESTART;
	if (sigaction(SIGUSR1, &action, NULL) == -1)
		err(1, "sigaction");
	fwrite(line, 1, n, stdout);
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	return 0;
}
