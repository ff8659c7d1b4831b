/*
 * Becomes another program, with SIGALRM to come.
 *
 *	with-alarm MS COMMAND...
 */
#define _GNU_SOURCE
#include <err.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	const long ms = argc > 2 ? atol(argv[1]) : 0;
	const struct itimerval value = {
		.it_value = { ms / 1000, ms % 1000 * 1000 },
	};

	if (ms < 1)
		errx(2, "usage: with-alarm MS COMMAND...");
	if (setitimer(ITIMER_REAL, &value, NULL) == -1)
		err(1, "setitimer");
	execvp(argv[2], argv + 2);
	err(1, "%s", argv[2]);
}
