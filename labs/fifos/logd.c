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
 * Only a new one gets the mode LOG_MODE. Returns a descriptor, without waiting for a
 * client; a read from it waits for the next record, asleep, whether clients have
 * the FIFO open or not. Says "PATH: not a FIFO" and ends with 1 if something else
 * is there, and "PATH: REASON" if a call fails.
 * Traps: the umask takes bits away. And when the last writer has left, a reader
 * sees end-of-file, but the next client may come at any moment.
 */
static int
open_log(void)
{
	// TODO 1
	errx(1, "%s: gap 1 is not filled in", path);
}

/*
 * Gap 3: write `reply` into the reply FIFO `name` of a client.
 *
 * Returns 0, or -1 with errno set if the client cannot be given it: it has left,
 * or not opened its FIFO, or that is full; or `name` is something else (EINVAL if
 * open(2) takes it), and stays as it is. Never waits, and no client ends logd.
 * Traps: a client may be killed before any of these calls, or between them.
 */
static int
answer(const char *name, const char *reply)
{
	// TODO 3
	(void)name;
	(void)reply;
	errno = ENOSYS;
	return -1;
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
