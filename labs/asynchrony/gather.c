/*
 * gather: runs commands, and gathers what they print, line by line.
 *
 *	./gather sync|async COMMAND...
 *
 * sync: one after the other; async: all at once. Each line that command N prints is
 * printed as "N: LINE"; after its last one comes how it ended. The exit status is 0
 * if all commands ended with status 0.
 *
 *	./gather async 'sleep 2; echo two' 'sleep 1; echo one'
 *
 * Look at: what it waits for, and when.
 */
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"

/* Waits for the command, unless that was done. Returns 0 if all went well. */
static int
finish(struct command *c)
{
	if (!c->ended && end_command(c) != 0)
		c->failed = 1;
	c->ended = 1;
	return c->failed;
}

/*
 * Something has come on c->fd: takes it. Afterwards c->fd is what is to be
 * waited for next, or -1 if nothing more is to come.
 */
static void
advance(struct command *c)
{
	int over = c->output_over, n = over ? 0 : take_output(c);

	if (n == 1)
		return;
	if (n == -1) {
		warn("command %d", c->number);
		c->failed = 1;
	}
	close(c->fd);
	c->output_over = 1;
	c->fd = over ? -1 : watch_end(c);
	if (over)
		finish(c);
}

/* Returns how many commands were started: not all, if one could not be. */
static int
run_sync(struct command c[], int n)
{
	for (int i = 0; i < n; i++) {
		if (start_command(&c[i]) == -1)
			return i;
		while (c[i].fd != -1)
			advance(&c[i]);
		finish(&c[i]);
	}
	return n;
}

/*
 * Gap 4: start all commands, then take what comes, from whichever it comes.
 *
 * Calls `advance` for a command when something has come on its fd, until nothing
 * more is to come from any. Meanwhile it sleeps. Returns how many were started:
 * if one cannot be, none after it is, and the others run to their end.
 * Traps: a pipe that hangs up may hold data; one that was closed is not to be
 * waited for.
 */
static int
run_async(struct command c[], int n)
{
	// TODO 4
	(void)c;
	(void)n;
	warnx("gap 4 is not filled in");
	return 0;
}

int
main(int argc, char *argv[])
{
	if (argc < 3 ||
	    (strcmp(argv[1], "sync") != 0 && strcmp(argv[1], "async") != 0))
		errx(2, "usage: gather sync|async COMMAND...");
	int n = argc - 2;
	struct command *c = calloc((size_t)n, sizeof(*c));
	if (c == NULL)
		err(1, "calloc");
	for (int i = 0; i < n; i++) {
		c[i].number = i + 1;
		c[i].line = argv[i + 2];
		c[i].fd = -1;
	}

	int async = strcmp(argv[1], "async") == 0;
	int started = async ? run_async(c, n) : run_sync(c, n);
	int status = started < n;
	for (int i = 0; i < started; i++)
		if (finish(&c[i]) != 0)
			status = 1;
	free(c);
	if (ferror(stdout))
		errx(1, "standard output: not all of it could be written");
	return status;
}
