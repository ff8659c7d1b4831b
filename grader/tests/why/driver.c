/*
 * driver: runs a command until its verdict, and prints why it hangs.
 *
 *	driver [-s] [-n] [-t MILLISECONDS] COMMAND [ARGUMENT...]
 *
 * -s  the command is a shell that runs a scenario, and is not shown
 * -n  no early verdict: always wait for the time limit
 * -t  the time limit, else 3000
 *
 * The first line is `verdict: deadlock`, `verdict: time limit` or `verdict:
 * ended`, the others are the hang report. A small stand-in for the supervisor,
 * without a box: the ancestor of all processes, and a subreaper.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../why/why.h"

/* Asked that often; the same answer must last that long. Milliseconds. */
enum { TICK = 25, QUIET = 300 };

static long
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static pid_t
start(char **command, int *listener)
{
	int channel[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) == -1)
		err(1, "socketpair");
	why_outside();
	pid_t pid = fork();
	if (pid == -1)
		err(1, "fork");
	if (pid == 0) {
		close(channel[0]);
		if (why_alarm_install(channel[1]) == -1)
			warn("no alarm filter");
		/* As in the box: the numbers in the texts start at 3. */
		if (close_range(3, ~0U, 0) == -1)
			err(1, "close_range");
		execvp(command[0], command);
		err(127, "%s", command[0]);
	}
	close(channel[1]);
	*listener = why_alarm_receive(channel[0]);
	close(channel[0]);
	return pid;
}

/* Reaps all that have ended; false when no child is left. */
static bool
reap(void)
{
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		;
	return pid == 0;
}

/* Waits for the next tick, and serves the alarm filter meanwhile. */
static void
pass(int listener, long until)
{
	struct pollfd p = { .fd = listener, .events = POLLIN };
	long left;

	while ((left = until - now()) > 0) {
		if (poll(&p, 1, (int)left) == -1 && errno != EINTR)
			err(1, "poll");
		if (p.revents & POLLIN)
			why_alarm_serve(listener);
		else if (p.revents)
			p.fd = -1;
		p.revents = 0;
	}
}

static const char *
verdict(pid_t shell, int listener, bool early, long limit)
{
	uint64_t last = 0, fingerprint;
	long since = now(), end = now() + limit;

	while (reap()) {
		if (now() >= end)
			return "time limit";
		bool asleep = why_asleep(getpid(), shell, 0, &fingerprint) ==
			      WHY_DEADLOCK;
		if (!asleep || fingerprint != last)
			since = now();
		last = asleep ? fingerprint : 0;
		if (early && asleep && now() - since >= QUIET)
			return "deadlock";
		pass(listener, now() + TICK);
	}
	return "ended";
}

/* Ends all descendants: what an ended one leaves becomes our child. */
static void
finish(void)
{
	char path[64], line[4096];

	snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
	for (;;) {
		FILE *f = fopen(path, "re");
		if (!f)
			err(1, "%s", path);
		bool any = fgets(line, sizeof line, f) != NULL;
		fclose(f);
		if (!any)
			return;
		char *rest = line, *word;
		while ((word = strsep(&rest, " ")))
			if (atoi(word) > 1)
				kill(atoi(word), SIGKILL);
		if (waitpid(-1, NULL, 0) == -1 && errno == ECHILD)
			return;
	}
}

int
main(int argc, char **argv)
{
	bool scenario = false, early = true;
	long limit = 3000;
	int option, listener;

	while ((option = getopt(argc, argv, "+snt:")) != -1) {
		if (option == 's')
			scenario = true;
		else if (option == 'n')
			early = false;
		else if (option == 't')
			limit = atol(optarg);
		else
			return 2;
	}
	if (optind == argc)
		errx(2, "usage: driver [-s] [-n] [-t MS] COMMAND...");
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == -1)
		err(1, "prctl");
	pid_t child = start(argv + optind, &listener);
	pid_t shell = scenario ? child : 0;
	const char *text = verdict(shell, listener, early, limit);
	printf("verdict: %s\n", text);
	if (strcmp(text, "ended") != 0)
		why_explain(stdout, getpid(), shell, 0);
	fflush(stdout);
	finish();
	return 0;
}
