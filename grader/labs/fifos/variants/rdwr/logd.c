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
	int made = mknod(path, S_IFIFO | 0600, 0) == 0;

	if (made ? chmod(path, LOG_MODE) == -1 : errno != EEXIST)
		err(1, "%s", path);
	if (stat(path, &s) == -1)
		err(1, "%s", path);
	if (!S_ISFIFO(s.st_mode))
		errx(1, "%s: not a FIFO", path);
	int fd = open(path, O_RDWR);
	if (fd == -1)
		err(1, "%s", path);
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
	size_t len = strlen(reply);
	struct stat s;

	signal(SIGPIPE, SIG_IGN);
	if (lstat(name, &s) == -1)
		return -1;
	if (!S_ISFIFO(s.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	int fd = open(name, O_WRONLY | O_NONBLOCK | O_NOFOLLOW);
	if (fd == -1)
		return -1;
	errno = EINVAL;
	int failed = fstat(fd, &s) == -1 || !S_ISFIFO(s.st_mode) ||
		     write(fd, reply, len) != (ssize_t)len;
	close(fd);
	return failed ? -1 : 0;
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

int
main(int argc, char *argv[])
{
	char line[PIPE_BUF + 1];
	int whole = 1, begins;

	if (argc != 2)
		errx(2, "usage: logd FIFO");
	path = argv[1];
	FILE *log = fdopen(open_log(), "r");
	if (log == NULL)
		err(1, "fdopen");
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	puts("ready");
	while (fflush(stdout) == 0 && !ferror(stdout) &&
	       fgets(line, sizeof(line), log) != NULL) {
		begins = whole;
		whole = strchr(line, '\n') != NULL || strlen(line) < PIPE_BUF;
		if (begins && strchr(line, '\n') == NULL)
			warnx("what is not a record is dropped");
		else if (begins && line[0] == '?')
			take_request(line + 1);
		else if (begins && fputs(line, stdout) != EOF)
			records++;
	}
	if (feof(log))
		warnx("%s: end of file", path);
	else
		warn("%s", ferror(log) ? path : "standard output");
	unlink(path);
	return 1;
}
