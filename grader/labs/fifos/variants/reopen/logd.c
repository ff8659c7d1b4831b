/*
 * logd: a log into which many programs write, all by way of one FIFO.
 *
 *	./logd FIFO >log &
 *
 * Prints "ready", then each record that comes, and answers requests. SIGINT or
 * SIGTERM end it, and remove FIFO. Look at: what it does without a client.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fifo.h"

static const char *path;
static unsigned long records; /* that came */

/*
 * Gap 1: make the FIFO `path`, unless there is one, and open it for reading.
 *
 * A new one has the mode LOG_MODE. Returns a descriptor, without waiting for a
 * client; a read from it waits for the next record, asleep, whether clients have
 * the FIFO open or not. Says "PATH: not a FIFO" and ends with 1 if something else
 * is there, and "PATH: REASON" if a call fails.
 * Traps: the umask takes bits away. And when the last writer has left, a reader
 * sees end-of-file, but the next client may come at any moment.
 */
static int
open_log(void)
{
	struct stat s;

	if (mkfifo(path, 0) == 0) {
		if (chmod(path, LOG_MODE) == -1)
			err(1, "%s", path);
	} else if (errno != EEXIST) {
		err(1, "%s", path);
	}
	int fd = open(path, O_RDONLY | O_NONBLOCK);
	if (fd == -1)
		err(1, "%s", path);
	if (fstat(fd, &s) == -1 || (s.st_mode & S_IFMT) != S_IFIFO)
		errx(1, "%s: not a FIFO", path);
	return fd;
}

/*
 * Gap 3: write `reply` into the reply FIFO `name` of a client.
 *
 * Returns 0, or -1 with errno set if the client cannot be given it: it has left,
 * or has not opened its FIFO, or the FIFO is full; or `name` is something else
 * (EINVAL), and then stays as it is. Never waits, and no client ends logd.
 * Traps: a client may be killed before any of these calls, or between them.
 */
static int
answer(const char *name, const char *reply)
{
	static struct sigaction ignore = { .sa_handler = SIG_IGN }, old;
	int result = -1, fd = open(name, O_WRONLY | O_NONBLOCK | O_NOCTTY);
	struct stat s;

	if (fd == -1)
		return -1;
	sigaction(SIGPIPE, &ignore, &old);
	if (fstat(fd, &s) == -1 || !S_ISFIFO(s.st_mode))
		errno = EINVAL;
	else if (write(fd, reply, strlen(reply)) > 0)
		result = 0;
	sigaction(SIGPIPE, &old, NULL);
	int why = errno;
	close(fd);
	errno = why;
	return result;
}

/* Replies to "PID QUESTION". */
static void
take_request(const char *text)
{
	char name[NAME], reply[REPLY_MAX] = "unknown question\n", *question;

	long pid = strtol(text, &question, 10);
	if (*text < '1' || *text > '9' || *question != ' ') {
		warnx("a request without a process id");
		return;
	}
	if (strcmp(question, " records\n") == 0)
		snprintf(reply, sizeof(reply), "%lu\n", records);
	snprintf(name, sizeof(name), "%s.%ld", path, pid);
	if (answer(name, reply) == -1)
		warn("no reply to %s", name);
}

static void
on_signal(int number)
{
	(void)number;
	unlink(path);
	_exit(0);
}

static void
take_line(char *line, size_t len)
{
	if (line[0] == '?') {
		line[len] = '\0';
		take_request(line + 1);
		return;
	}
	records++;
	if (write(STDOUT_FILENO, line, len) != (ssize_t)len) {
		unlink(path);
		err(1, "standard output");
	}
}

int
main(int argc, char *argv[])
{
	static char buf[PIPE_BUF + 1], part[PIPE_BUF + 1];
	size_t have = 0;

	if (argc != 2)
		errx(2, "usage: logd FIFO");
	path = argv[1];
	int fd = open_log();
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	if (write(STDOUT_FILENO, "ready\n", 6) != 6)
		err(1, "standard output");
	for (;;) {
		struct pollfd in = { .fd = fd, .events = POLLIN };
		if (poll(&in, 1, -1) == -1)
			err(1, "poll");
		ssize_t n = read(fd, part, PIPE_BUF);
		if (n == 0) {
			/* Hung up: a new descriptor first, so that it stays open. */
			int again = open(path, O_RDONLY | O_NONBLOCK);
			if (again == -1)
				err(1, "%s", path);
			close(fd);
			fd = again;
		}
		for (ssize_t i = 0; i < n; i++) {
			if (have < PIPE_BUF)
				buf[have] = part[i];
			have++;
			if (part[i] != '\n')
				continue;
			if (have <= PIPE_BUF)
				take_line(buf, have);
			else
				warnx("what is not a record is dropped");
			have = 0;
		}
	}
}
