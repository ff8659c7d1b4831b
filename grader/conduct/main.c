/*
 * conduct: runs programs call by call, one process at a time, and so decides
 * who goes next, when a signal comes, and which call fails.
 *
 * It traces from outside (ptrace, and a seccomp filter so that only calls that
 * matter stop); nothing is loaded into the programs. `usage` says the rest;
 * record.c what it writes.
 */
#define _GNU_SOURCE
#include "conduct.h"

#include <err.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
usage(FILE *out)
{
	fputs(
	    "usage: conduct [OPTION...] [--] PROGRAM [ARG...]\n"
	    "\n"
	    "Runs PROGRAM and all that it starts, one process at a time. A\n"
	    "program of the working folder is tested; others, such as the\n"
	    "shell that runs a script, are not, and only take part.\n"
	    "\n"
	    "One run, with the caller's standard files and exit status:\n"
	    "  -l LIST   make these choices, as an earlier report said\n"
	    "  -O        others outside take part: no virtual time, no "
	    "deadlock\n"
	    "Many runs, each from the same working folder:\n"
	    "  -n RUNS   at most so many, and 400,000 calls in all; stop at "
	    "the\n"
	    "            first finding\n"
	    "  -a        do not stop at it\n"
	    "  -s SEED   of the order and the random schedules\n"
	    "  -1        only what -f each, -w each and -k do, each once\n"
	    "What is done to the tested programs:\n"
	    "  -f [WHO/]CALL:N[+]:ERRNO  their N-th CALL fails (all from "
	    "there)\n"
	    "  -f [WHO/]CALL:each:ERRNO  each in turn, a run for each\n"
	    "  -f each                   each call that may well fail, in "
	    "turn\n"
	    "  -w [WHO/]CALL:N[+]:BYTES  it reads or writes so much; of exit, "
	    "the\n"
	    "                            status\n"
	    "  -w each, [WHO/]CALL:each:BYTES  each in turn\n"
	    "  -k [WHO:]SIGNAL[@CALL]    a signal comes, once, at each place "
	    "in\n"
	    "                            turn (after the first CALL); what "
	    "STOP\n"
	    "                            stops goes on when all others wait\n"
	    "  -k [WHO:]SIGNAL<CALL      the same, but just before each CALL\n"
	    "  -C        a child that SIGABRT or its like ends leaves a core "
	    "file\n"
	    "What is a finding, besides a deadlock, a crash, an endless loop:\n"
	    "  -p left   a program ends before what it started\n"
	    "  -p timer  only a time limit lets it go on\n"
	    "  -p pipe   it dies of SIGPIPE\n"
	    "  -e STATUS, -x FILE        another exit status, another output\n"
	    "More:\n"
	    "  -o FILE   write a record   -t MS  limit of one run (10000)\n"
	    "  -r FILE   with one run: write its events, to be drawn\n"
	    "  -A        every program is tested   -v  log each call\n"
	    "\n"
	    "Exit status: that of the program, with one run; with many, 0: no\n"
	    "finding, 1: one. 2: usage; 124: trouble; 125: ptrace is "
	    "refused.\n",
	    out);
}

/* "[WHO:]SIGNAL[@CALL]" or "[WHO:]SIGNAL<CALL" */
static bool
read_signal(const char *text)
{
	char copy[100], *colon, *at, *signal = copy;

	if (options.signal != 0) {
		warnx("%s: one signal comes, not two", text);
		return false;
	}
	snprintf(copy, sizeof(copy), "%s", text);
	if ((at = strpbrk(copy, "@<")) != NULL) {
		char *call =
		    *at == '@' ? options.signal_after : options.signal_before;

		*at = '\0';
		snprintf(call, sizeof(options.signal_after), "%.31s", at + 1);
		if (!call_known(call)) {
			warnx("%s: there is no call \"%s\"", text, at + 1);
			return false;
		}
	}
	if ((colon = strchr(copy, ':')) != NULL) {
		*colon = '\0';
		snprintf(options.signal_role, sizeof(options.signal_role),
			 "%.59s", copy);
		signal = colon + 1;
	}
	options.signal = signal_number(signal);
	if (options.signal <= 0 || options.signal > 64)
		warnx("%s: there is no signal \"%s\"", text, signal);
	return options.signal > 0 && options.signal <= 64;
}

static bool
read_property(const char *text)
{
	if (strcmp(text, "left") == 0)
		options.judge_left = true;
	else if (strcmp(text, "timer") == 0)
		options.judge_timer = true;
	else if (strcmp(text, "pipe") == 0)
		options.judge_pipe = true;
	else
		return false;
	return true;
}

static void
read_options(int argc, char *argv[])
{
	bool good = true;
	int option;

	options.runs = 1;
	options.limit_ms = 10000;
	options.expect_status = -1;
	options.seed = 1;
	while ((option = getopt(argc, argv,
				"+1AabCe:f:hk:l:n:Oo:p:r:s:t:vw:x:")) != -1) {
		switch (option) {
		case '1':
			options.only_each = true;
			break;
		case 'A':
			options.all = true;
			break;
		case 'a':
			options.all_findings = true;
			break;
		case 'b':
			options.locks = true;
			break;
		case 'C':
			options.core = true;
			break;
		case 'e':
			options.expect_status = atoi(optarg);
			break;
		case 'f':
			good = good && inject_add(optarg);
			break;
		case 'h':
			usage(stdout);
			exit(0);
		case 'k':
			good = good && read_signal(optarg);
			break;
		case 'l':
			options.list = optarg;
			break;
		case 'n':
			options.runs = atol(optarg);
			options.many = true;
			if (options.runs <= 0)
				warnx("%s is not a number of runs", optarg);
			good = good && options.runs > 0;
			break;
		case 'O':
			options.open = true;
			break;
		case 'o':
			options.record = optarg;
			break;
		case 'p':
			good = good && read_property(optarg);
			break;
		case 'r':
			options.events = optarg;
			break;
		case 's':
			options.seed = strtoull(optarg, NULL, 0);
			break;
		case 't':
			options.limit_ms = atol(optarg);
			options.limited = true;
			break;
		case 'v':
			options.log = true;
			break;
		case 'w':
			good = good && inject_short(optarg);
			break;
		case 'x':
			options.expect_out = optarg;
			break;
		default:
			good = false;
		}
		if (!good) {
			warnx("what does -%c mean here? -h says more", option);
			exit(USAGE);
		}
	}
	if (optind == argc ||
	    (options.many && (options.open || options.events != NULL))) {
		usage(stderr);
		exit(USAGE);
	}
	options.argv = argv + optind;
}

/* One run, which the caller sees as if we were not there. */
static int
once(void)
{
	struct list list = { 0 };

	if (options.list != NULL && !list_read(&list, options.list))
		errx(USAGE, "this is not a list of choices: %s", options.list);
	record_open();
	run.list = &list;
	run.mode = BY_LIST;
	run.chance = options.seed;
	run.tell = options.list != NULL;
	if (options.open && !options.limited)
		options.limit_ms = LONG_MAX / 1000000;
	run_once();
	if (run.tell && run.words_size > 0)
		fputs(run.words, stderr);
	if (run.verdict != ENDED)
		warnx("%s: %s", verdict_names[run.verdict], run.reason);
	record_run(1);
	record_close(1, run.verdict != ENDED, 0);
	events_close();
	if (run.verdict != ENDED)
		return FOUND;
	return WIFSIGNALED(run.status) ? 128 + WTERMSIG(run.status)
				       : WEXITSTATUS(run.status);
}

int
main(int argc, char *argv[])
{
	cpu_set_t one;

	read_options(argc, argv);
	record_word(); /* before any program could inherit it */
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
	if (!options.many)
		return once();
	if (!folder_keep())
		errx(TROUBLE, "the working folder cannot be kept");
	return explore();
}
