/*
 * tally with a thread that takes the signals, which are blocked everywhere, by
 * sigwaitinfo, while main copies lines.
 */
#define _GNU_SOURCE
#include "lines.h"
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEPT 1000

static pthread_mutex_t output = PTHREAD_MUTEX_INITIALIZER;
static sigset_t ours;
static int usr1, kept, lost;
static siginfo_t arrivals[KEPT];
static bool asked[NSIG];

static void
report(int signo)
{
	printf("report SIG%s\nSIGUSR1 %d\n", sigabbrev_np(signo), usr1);
	for (int i = 0; i < kept; i++)
		printf("SIGRTMIN+%d %d\n", arrivals[i].si_signo - SIGRTMIN,
		       arrivals[i].si_value.sival_int);
	printf("lost %d\n", lost);
	if (fflush(stdout) == EOF)
		err(1, "standard output");
}

static void
note(const siginfo_t *info)
{
	if (info->si_signo == SIGUSR1)
		usr1++;
	else if (info->si_signo < SIGRTMIN)
		asked[info->si_signo] = true;
	else if (kept < KEPT)
		arrivals[kept++] = *info;
	else
		lost++;
	if (info->si_signo == SIGHUP)
		usr1 = kept = lost = 0;
}

static void
answer(void)
{
	if (asked[SIGHUP])
		printf("reset SIGHUP\n");
	if (asked[SIGUSR2])
		report(SIGUSR2);
	if (fflush(stdout) == EOF)
		err(1, "standard output");
	if (asked[SIGINT] || asked[SIGTERM]) {
		end_line();
		report(asked[SIGINT] ? SIGINT : SIGTERM);
		exit(0);
	}
	asked[SIGHUP] = asked[SIGUSR2] = false;
}

static void *
listen_for_signals(void *unused)
{
	static const struct timespec now;
	siginfo_t info;

	(void)unused;
	for (;;) {
		if (sigwaitinfo(&ours, &info) == -1)
			continue;
		pthread_mutex_lock(&output);
		do /* the higher numbers may have been sent before */
			note(&info);
		while (sigtimedwait(&ours, &info, &now) != -1);
		answer();
		pthread_mutex_unlock(&output);
	}
	return NULL;
}

int
main(int argc, char *argv[])
{
	static const int standard[] = { SIGHUP, SIGINT, SIGUSR1, SIGUSR2,
					SIGTERM };
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	pthread_t listener;
	bool more = true;

	(void)argv;
	if (argc != 1) {
		fprintf(stderr, "usage: tally\n");
		return 2;
	}
	sigemptyset(&ours);
	for (size_t i = 0; i < sizeof(standard) / sizeof(*standard); i++)
		sigaddset(&ours, standard[i]);
	for (int i = 0; i < 4; i++)
		sigaddset(&ours, SIGRTMIN + i);
	pthread_sigmask(SIG_BLOCK, &ours, NULL);
	signal(SIGPIPE, SIG_IGN);
	printf("ready %d\n", getpid());
	if (fflush(stdout) == EOF)
		err(1, "standard output");
	errno = pthread_create(&listener, NULL, listen_for_signals, NULL);
	if (errno != 0)
		err(1, "pthread_create");
	while (more) {
		if (poll(&input, 1, -1) == -1) {
			if (errno == EINTR)
				continue;
			err(1, "poll");
		}
		pthread_mutex_lock(&output);
		more = copy_lines();
		pthread_mutex_unlock(&output);
	}
	pthread_join(listener, NULL);
	return 0;
}
