/*
 * nap: sleeps, in one of three ways.
 *
 *	./nap naive|jump|suspend MS...
 *
 * Each MS is a nap of so many milliseconds, and a line: `slept`, or `cut
 * short, N ms left` when SIGINT (Ctrl-C) came. SIGQUIT (Ctrl-\) ends it.
 *
 * Look at: naps.c, and what becomes of the handler of SIGINT when the alarm
 * comes while it is at work.
 */
#define _GNU_SOURCE
#include "timeouts.h"
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WORK	1000	 /* ms that the handler of SIGINT takes */
#define MAX_NAP 86400000 /* ms: a day */

// REGION on_int
/*
 * In the notes this handler computes for a while; here it sleeps, for a
 * second or until the next signal. A real handler does neither.
 */
static void
on_int(int signo)
{
	static const char begin[] = "SIGINT: begin\n", end[] = "SIGINT: end\n";
	int saved = errno;

	(void)signo;
	(void)!write(STDOUT_FILENO, begin, strlen(begin));
	poll(NULL, 0, WORK);
	(void)!write(STDOUT_FILENO, end, strlen(end));
	errno = saved;
}
// END REGION on_int

static const struct {
	const char *name;
	long (*nap)(long ms);
} ways[] = {
	{ "naive", nap_naive },
	{ "jump", nap_jump },
	{ "suspend", nap_suspend },
};
#define WAYS (int)(sizeof(ways) / sizeof(ways[0]))

int
main(int argc, char *argv[])
{
	struct sigaction action = { .sa_handler = on_int };
	int way = 0;

	while (argc > 2 && way < WAYS && strcmp(ways[way].name, argv[1]) != 0)
		way++;
	if (argc < 3 || way == WAYS) {
		fprintf(stderr, "usage: nap naive|jump|suspend MS...\n");
		return 2;
	}
	for (int i = 2; i < argc; i++)
		number("MS", argv[i], 1, MAX_NAP);
	if (sigaction(SIGINT, &action, NULL) == -1)
		err(1, "sigaction");

	for (int i = 2; i < argc; i++) {
		long rest = ways[way].nap(number("MS", argv[i], 1, MAX_NAP));

		if (rest == 0)
			printf("slept\n");
		else
			printf("cut short, %ld ms left\n", rest);
		if (fflush(stdout) == EOF || ferror(stdout))
			err(1, "standard output");
	}
	return 0;
}
