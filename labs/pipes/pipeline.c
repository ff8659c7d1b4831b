/*
 * pipeline: connects commands as a shell does.
 *
 *	./pipeline COMMAND [ARG...] ['|' COMMAND [ARG...]]...
 *
 * All commands run at once, each reading what the one before it writes. The
 * exit status is that of the last command: 128+N if signal N ended it, 127
 * if it was not found, 126 if it could not be executed.
 *
 *	./pipeline ls -l / '|' sort -r '|' head -n 3
 *
 * Look at: every descriptor of every pipe, in every process.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	READ_END,
	WRITE_END,
	NOT_EXECUTABLE = 126, /* what shells return; POSIX.1, sh, 2.8.2 */
	NOT_FOUND = 127,
	KILLED = 128,
};

/*
 * Splits argv[1..] at each "|" into commands, each ended by a null pointer.
 * Returns how many there are; exits with 2 if one is empty.
 */
static int
split(char *argv[], char **commands[])
{
	int n = 0;

	commands[n++] = ++argv;
	for (; *argv != NULL; argv++) {
		if (strcmp(*argv, "|") != 0)
			continue;
		*argv = NULL;
		commands[n++] = argv + 1;
	}
	for (int i = 0; i < n; i++)
		if (commands[i][0] == NULL)
			errx(2, "command %d of %d is empty", i + 1, n);
	return n;
}

/*
 * Gap 4: become the command `argv`, which reads from `in` and writes to
 * `out`. Does not return.
 *
 * Standard input and output become `in` and `out` (which they may be
 * already), and no other descriptor of a pipe stays open in the command.
 * If there is no such command, says so on standard error and ends with
 * NOT_FOUND; if it cannot be executed for another reason, or a call before
 * that fails, NOT_EXECUTABLE.
 * Trap: this is a child, and exit(3) does things that a child must not do.
 */
static void
become(char *const argv[], int in, int out)
{
	// TODO 4
	(void)argv;
	(void)in;
	(void)out;
	warnx("gap 4 is not filled in");
	_exit(NOT_EXECUTABLE);
}

/*
 * Gap 3: start `n` commands, each connected to the next by a pipe.
 *
 * The first reads the standard input of this process, the last writes to
 * its standard output. Stores the process ids in `pids`. When it returns,
 * this process holds no end of any pipe.
 * Returns how many it started: `n`, or fewer, with errno set, when a call
 * failed. Those that were started then find no end of a pipe held here.
 * Trap: a reader sees end-of-file only when the last copy of the write end
 * is closed, in whichever process that copy is.
 */
static int
start(char **commands[], int n, pid_t pids[])
{
	// TODO 3
	(void)become;
	(void)commands;
	(void)n;
	(void)pids;
	errno = ENOSYS;
	return 0;
}

/*
 * Gap 5: wait for all `n` children.
 *
 * Returns the result of the last of them (not of the last to end): its exit
 * status, or KILLED + N if signal N ended it. A child that is only stopped has
 * not ended.
 * Trap: a wait that a signal interrupts has not waited.
 */
static int
wait_for_all(const pid_t pids[], int n)
{
	// TODO 5
	(void)pids;
	(void)n;
	return 1;
}

int
main(int argc, char *argv[])
{
	/* Several commands may fail at once: each line in one piece. */
	setvbuf(stderr, NULL, _IOLBF, 0);
	if (argc < 2) {
		fprintf(stderr,
			"usage: pipeline COMMAND [ARG...] ['|' COMMAND ...]\n");
		return 2;
	}
	char ***commands = calloc((size_t)argc, sizeof(*commands));
	pid_t *pids = calloc((size_t)argc, sizeof(*pids));
	if (commands == NULL || pids == NULL)
		err(1, "calloc");

	int n = split(argv, commands);
	int started = start(commands, n, pids);
	if (started < n)
		warn("starting command %d of %d", started + 1, n);
	int status = wait_for_all(pids, started);
	free(commands);
	free(pids);
	return started < n ? 1 : status;
}
