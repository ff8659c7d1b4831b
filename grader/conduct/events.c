/*
 * The lines of the events; processes and signals. As with the record, they are
 * written when nothing that we ran is alive any more.
 */
#define _GNU_SOURCE
#include "events.h"

#include <err.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EVENTS_MAX = 400000, TEXT_BYTES = 2000 };

static FILE *lines;
static char *text;
static size_t size;
static int count;
static bool ended;

/* WHO, WHAT and fields NAME=VALUE, a tab between them; WHO is "-" for the run. */
void
event(const struct tracee *t, const char *what, const char *format, ...)
{
	char fields[TEXT_BYTES];
	va_list values;

	if (options.events == NULL || run.over || ended || count == EVENTS_MAX)
		return;
	if (lines == NULL && (lines = open_memstream(&text, &size)) == NULL)
		err(TROUBLE, "events");
	count++;
	va_start(values, format);
	vsnprintf(fields, sizeof(fields), format, values);
	va_end(values);
	for (char *c = fields; *c != '\0'; c++)
		if (((unsigned char)*c < ' ' && *c != '\t') || *c >= 127 ||
		    *c < 0)
			*c = '?'; /* names may be anything; this is printed */
	if (t != NULL)
		fprintf(lines, "%d\t%s\t%s\n", (int)(t - tracees), what,
			fields);
	else
		fprintf(lines, "-\t%s\t%s\n", what, fields);
}

void
events_close(void)
{
	FILE *file;

	if (options.events == NULL)
		return;
	if (count == EVENTS_MAX)
		fprintf(lines, "-\tcut\tn=%d\n", count);
	unlink(options.events);
	file = fopen(options.events, "wxe");
	if (file == NULL)
		err(TROUBLE, "%s", options.events);
	fprintf(file, "trace 1%s\n", record_word());
	if (lines != NULL) {
		fclose(lines);
		fwrite(text, 1, size, file);
	}
	fclose(file);
	event_data_close();
}

/* Nothing more is written. */
void
events_end(void)
{
	ended = true;
}

/* Of the process, dead or alive, or NOBODY. */
int
process_index(pid_t pid)
{
	for (int i = ntracees - 1; i >= 0; i--)
		if (tracees[i].tid == pid)
			return i;
	return NOBODY;
}

void
events_made(const struct tracee *t, const struct tracee *made)
{
	event(made, "start", "from=%d\tkind=%s\tname=%s",
	      t != NULL ? (int)(t - tracees) : NOBODY,
	      made->leader == made - tracees ? "process" : "thread",
	      made->name);
}

void
events_exec(const struct tracee *t)
{
	char open[TEXT_BYTES / 2];

	if (options.events == NULL)
		return;
	identity_files(t, 0, INT_MAX, open, sizeof(open));
	event(t, "exec", "name=%s\topen=%s", t->name, open);
}

/* t is about to end itself. */
void
events_exit(const struct tracee *t)
{
	char open[TEXT_BYTES / 2];

	identity_files(t, 0, INT_MAX, open, sizeof(open));
	event(t, "exit", "status=%d\topen=%s", (int)t->args[0] & 255, open);
}

void
events_dead(const struct tracee *t, int status)
{
	if (WIFSIGNALED(status))
		event(t, "dead", "signal=%s", signal_name(WTERMSIG(status)));
	else
		event(t, "dead", "status=%d", WEXITSTATUS(status));
}

/* t is about to get a signal; at its handler, or what comes instead. */
void
events_signal(const struct tracee *t, int signal)
{
	siginfo_t info;
	int from = NOBODY;
	const uint64_t bit = 1ULL << (signal - 1);
	const uint64_t harmless = 1ULL << (SIGCHLD - 1) | 1ULL << (SIGURG - 1) |
				  1ULL << (SIGWINCH - 1);
	const char *does = "ends";

	if (options.events == NULL)
		return;
	memset(&info, 0, sizeof(info));
	ptrace(PTRACE_GETSIGINFO, t->tid, 0, &info);
	if (info.si_code <= 0 || info.si_signo == SIGCHLD)
		from = process_index(info.si_pid);
	if (tracee_signals(t, "SigCgt") & bit)
		does = "handler";
	else if ((tracee_signals(t, "SigIgn") & bit) || (harmless & bit))
		does = "ignored";
	else if (signal == SIGCONT || signal == SIGSTOP || signal == SIGTSTP ||
		 signal == SIGTTIN || signal == SIGTTOU)
		does = "stops";
	event(t, "signal", "sig=%s\tfrom=%d\tdoes=%s\tvalue=%d",
	      signal_name(signal), from, does,
	      info.si_code == SI_QUEUE ? info.si_value.sival_int : 0);
}
