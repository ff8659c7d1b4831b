/*
 * tally without handlers: its signals are blocked from beginning to end, and
 * are read from a signalfd.
 */
#define _GNU_SOURCE
#include "lines.h"
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define KEPT 1000

static struct signalfd_siginfo arrivals[KEPT];
static unsigned usr1, kept, lost;
static bool asked[NSIG];

static void
report(int signo)
{
	printf("report SIG%s\nSIGUSR1 %u\n", sigabbrev_np(signo), usr1);
	for (unsigned i = 0; i < kept; i++)
		printf("SIGRTMIN+%d %d\n",
		       (int)arrivals[i].ssi_signo - SIGRTMIN,
		       arrivals[i].ssi_int);
	printf("lost %u\n", lost);
	if (fflush(stdout) == EOF)
		err(1, "standard output");
}

static void
note(const struct signalfd_siginfo *info)
{
	if (info->ssi_signo == SIGUSR1)
		usr1++;
	else if (info->ssi_signo < (unsigned)SIGRTMIN)
		asked[info->ssi_signo] = true;
	else if (kept == KEPT)
		lost++;
	else
		arrivals[kept++] = *info;
	if (info->ssi_signo == SIGHUP)
		usr1 = kept = lost = 0;
}

int
main(int argc, char *argv[])
{
	struct pollfd fds[2] = { { .fd = STDIN_FILENO, .events = POLLIN },
				 { .events = POLLIN } };
	static const int standard[] = { SIGHUP, SIGINT, SIGUSR1, SIGUSR2,
					SIGTERM };
	sigset_t set;

	(void)argv;
	if (argc != 1) {
		fprintf(stderr, "usage: tally\n");
		return 2;
	}
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(standard) / sizeof(*standard); i++)
		sigaddset(&set, standard[i]);
	for (int i = 0; i < 4; i++)
		sigaddset(&set, SIGRTMIN + i);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		err(1, "sigprocmask");
	signal(SIGPIPE, SIG_IGN);
	fds[1].fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fds[1].fd == -1)
		err(1, "signalfd");
	printf("ready %d\n", getpid());
	if (fflush(stdout) == EOF)
		err(1, "standard output");
	for (;;) {
		struct signalfd_siginfo info;

		if (poll(fds, 2, -1) == -1) {
			if (errno == EINTR)
				continue;
			err(1, "poll");
		}
		while (read(fds[1].fd, &info, sizeof(info)) == sizeof(info))
			note(&info);
		if (asked[SIGHUP]) {
			printf("reset SIGHUP\n");
			if (fflush(stdout) == EOF)
				err(1, "standard output");
		}
		if (asked[SIGUSR2])
			report(SIGUSR2);
		if (asked[SIGINT] || asked[SIGTERM]) {
			end_line();
			report(asked[SIGINT] ? SIGINT : SIGTERM);
			close(fds[1].fd);
			return 0;
		}
		asked[SIGHUP] = asked[SIGUSR2] = false;
		if (fds[0].revents != 0 && !copy_lines())
			fds[0].fd = -1;
	}
}
