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
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ROOM	  4096	   /* for the longest line, with its newline */
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

/* There is no SIGALRM here: the limit is a point in time. */
static long long end;

static void
start_limit(long ms)
{
	end = now() + ms * 1000;
}

static ssize_t
read_line(const char *path, char *line)
{
	struct pollfd input = {
		.fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC),
		.events = POLLIN,
	};
	size_t used = 0;

	if (input.fd == -1)
		return -1;
	while (used < ROOM) {
		ssize_t n;

		if (left(end) == 0) {
			late = 1;
			errno = EINTR;
			return -1;
		}
		if (poll(&input, 1, left(end)) <= 0)
			continue;
		n = read(input.fd, line + used, 1);
		if (n == -1 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n <= 0)
			return n;
		if (line[used++] == '\n')
			return used;
	}
	errno = EMSGSIZE;
	return -1;
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
