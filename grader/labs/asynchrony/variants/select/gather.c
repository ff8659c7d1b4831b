/* gather, by select */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
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

/* Asks all, by select, in a set of its own that has room for any number. */
static int
run_async(struct command c[], int n)
{
	int started = 0, highest;

	for (; started < n; started++)
		if (start_command(&c[started]) != 0)
			break;
	for (;;) {
		highest = -1;
		for (int i = 0; i < started; i++)
			if (c[i].fd > highest)
				highest = c[i].fd;
		if (highest == -1)
			return started;
		size_t words = (size_t)highest / NFDBITS + 1;
		fd_mask *set = calloc(words, sizeof(*set));
		if (set == NULL)
			err(1, "calloc");
		for (int i = 0; i < started; i++)
			if (c[i].fd >= 0)
				set[c[i].fd / NFDBITS] |= (fd_mask)1
							  << c[i].fd % NFDBITS;
		int ready =
		    select(highest + 1, (fd_set *)set, NULL, NULL, NULL);
		if (ready == -1 && errno != EINTR)
			err(1, "select");
		for (int i = 0; i < started && ready > 0; i++)
			if (c[i].fd >= 0 &&
			    set[c[i].fd / NFDBITS] >> c[i].fd % NFDBITS & 1)
				advance(&c[i]);
		free(set);
	}
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
