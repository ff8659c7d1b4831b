/*
 * spoold: the daemon of a spool folder.
 *
 *	./spoold DIR		does the jobs as they come, until SIGTERM or SIGINT
 *	./spoold -q DIR		does those that wait, and ends
 *
 * Look at: what it leaves behind when it is killed, and how the next one goes on.
 */
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "spool.h"

/*
 * Gap 4: be the only daemon of the spool folder, from now on until this process
 * ends, however it ends: lock the file `lock`, and write our process id, a line,
 * into it, where nothing else stands then.
 *
 * Returns 0, or -1 with errno set: EAGAIN if there is a daemon that lives, whose
 * process id stays in the file. The file is never removed, at the end neither.
 * Traps: a daemon that was killed leaves the file as it was, and its process id
 * may be another process's by now. And others may try at the same moment.
 */
static int
lock_spool(void)
{
	// TODO 4
	return 0;
}

/*
 * Gap 5 (optional): remove from tmp/ what submitters that were killed have left:
 * NUMBER.PID, if no process has that id any more. All else stays as it is.
 *
 * Returns 0, or -1 with errno set. As it stands, everything stays.
 */
static int
sweep(void)
{
	// TODO 5
	return 0;
}

static void
on_signal(int number)
{
	(void)number;
	ended = 1;
}

int
main(int argc, char *argv[])
{
	struct sigaction end = { .sa_handler = on_signal,
				 .sa_flags = SA_RESTART };
	int once = argc > 1 && strcmp(argv[1], "-q") == 0, watch = -1;
	char number[NAME];

	if (argc != 2 + once) {
		fprintf(stderr, "usage: spoold [-q] DIR\n");
		return 2;
	}
	sigaction(SIGTERM, &end, NULL);
	sigaction(SIGINT, &end, NULL);
	open_spool(argv[1 + once]);
	if (lock_spool() == -1) {
		if (errno == EAGAIN)
			errx(1, "%s: another daemon has it", argv[1 + once]);
		err(1, "lock");
	}
	if (sweep() == -1)
		err(1, "tmp");
	if (!once && (watch = watch_jobs()) == -1)
		err(1, "watch");
	if (!once && (puts("ready") == EOF || fflush(stdout) == EOF))
		err(1, "standard output");
	while (!ended) {
		if (next_job(number)) {
			int done = do_job(number);
			if (done == -1)
				err(1, "%s", number);
			printf("%s %s\n", number, done ? "done" : "failed");
			if (fflush(stdout) == EOF)
				err(1, "standard output");
		} else if (once) {
			break;
		} else if (await_job(watch) == -1) {
			err(1, "wait");
		}
	}
	return 0;
}
