/*
 * events: waits for what `make watch` reacts to, and prints a word for each.
 *
 *	events [-e] [-l] FOLDER
 *
 *	ready		from here on, nothing is missed
 *	saved		a source in FOLDER was written, renamed or deleted
 *	key C		a key, from standard input
 *	resized		the terminal has another size
 *	continued	it goes on after having been stopped (Ctrl-Z)
 *	graded		somebody sent SIGUSR1: a grading has ended
 *	tick		twice a second, from a SIGUSR2 to the next SIGUSR1
 *
 * Keys come at once and are not echoed, if standard input is a terminal; that is
 * as it was again when this ends, or is stopped; with -e it has an echo then, which
 * the caller has turned off before. All waiting is one poll(2), so it costs
 * nothing while nothing happens. Where inotify does not work, or with -l, it looks
 * at the files twice a second.
 */
#include "events.h"

#include <err.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Between two ticks, or two looks where inotify does not work. */
enum { TICK_MS = 500 };

static int ticking;

void
say(const char *word)
{
	puts(word);
	if (fflush(stdout) == EOF)
		exit(0); /* nobody reads it any more */
}

static void
on_signal(int number)
{
	switch (number) {
	case SIGWINCH:
		say("resized");
		break;
	case SIGUSR1:
		ticking = 0;
		say("graded");
		break;
	case SIGUSR2:
		ticking = 1;
		break;
	case SIGTSTP:
		terminal_give_back();
		raise(SIGSTOP);
		break;
	case SIGCONT:
		terminal_take();
		say("continued");
		break;
	default:
		exit(0);
	}
}

/* The signals that are told by a descriptor. */
static int
open_signals(void)
{
	static const int numbers[] = { SIGWINCH, SIGUSR1, SIGUSR2,
				       SIGTSTP,	 SIGCONT, SIGINT,
				       SIGTERM,	 SIGHUP,  SIGQUIT };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaddset(&set, numbers[i]);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		err(2, "sigprocmask");
	int fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (fd == -1)
		err(2, "signalfd");
	signal(SIGPIPE, SIG_IGN);
	return fd;
}

int
main(int argc, char *argv[])
{
	int looking = 0, echo = 0, option;

	while ((option = getopt(argc, argv, "el")) != -1) {
		echo |= option == 'e';
		looking |= option == 'l';
	}
	if (optind != argc - 1) {
		fprintf(stderr, "usage: events [-e] [-l] FOLDER\n");
		return 2;
	}
	/* Whatever ends the reader, the terminal is given back. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	struct pollfd keys = { .fd = STDIN_FILENO, .events = POLLIN };
	struct pollfd signals = { .fd = open_signals(), .events = POLLIN };
	struct pollfd files = { .fd = files_begin(argv[argc - 1], !looking),
				.events = POLLIN };
	uint64_t seen = files_look();
	terminal_begin(echo);
	say("ready");
	for (;;) {
		/* In the background, reading keys would stop us. */
		int away = terminal_is_there() && !terminal_in_foreground();
		struct pollfd polled[] = { signals, keys, files };
		struct signalfd_siginfo info;

		terminal_take();
		if (away)
			polled[1].fd = -1;
		int wakes = ticking || files.fd == -1 || away;
		int ready = poll(polled, 3, wakes ? TICK_MS : -1);
		if (ready == -1)
			err(2, "poll");
		if (ready == 0 && ticking)
			say("tick");
		if (polled[0].revents != 0 &&
		    read(signals.fd, &info, sizeof(info)) == sizeof(info))
			on_signal((int)info.ssi_signo);
		if (polled[1].revents != 0 && !read_keys()) {
			if (terminal_is_there())
				return 0; /* it was hung up */
			keys.fd = -1;
		}
		if (polled[2].revents != 0 && files_saved())
			say("saved");
		if (files.fd == -1) {
			uint64_t now = files_look();

			if (now != seen)
				say("saved");
			seen = now;
		}
	}
}
