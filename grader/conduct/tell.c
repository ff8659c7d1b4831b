/*
 * A run in words: each choice that was not the usual one, with what stood
 * there, and what the other one did before the first went on.
 */
#define _GNU_SOURCE
#include "conduct.h"

#include <stdarg.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static char open_role[ROLE_BYTES]; /* what it does is still to be told */

void
tell(const char *format, ...)
{
	va_list values;

	if (!run.tell || run.words_to == NULL)
		return;
	va_start(values, format);
	vfprintf(run.words_to, format, values);
	va_end(values);
	fputc('\n', run.words_to);
}

/* What t is about to do. */
static void
about(const struct tracee *t, char *text, size_t size)
{
	char what[160];

	if (t->state == DEAD)
		snprintf(text, size, "%s had ended", t->name);
	else if (t->state == HALTED)
		snprintf(text, size, "%s was stopped", t->name);
	else if (t->starting)
		snprintf(text, size, "%s was starting", t->name);
	else if (t->number < 0)
		snprintf(text, size, "%s had just been made", t->name);
	else {
		describe_call(t, what, sizeof(what));
		if (t->state == ASLEEP)
			snprintf(text, size, "%s slept in %s", t->name, what);
		else if (t->at_lock == CALLS)
			snprintf(text, size, "%s was about to call %s", t->name,
				 t->lock_call);
		else if (t->at_lock == RETURNS)
			snprintf(text, size, "%s had just come out of %s",
				 t->name, t->lock_call);
		else if (t->at == AT_ENTRY)
			snprintf(text, size, "%s was about to call %s", t->name,
				 what);
		else
			snprintf(text, size, "%s had just come out of %s",
				 t->name, what);
	}
}

/* `at` would have gone on, but the choice was another; a signal: it came to the
 * process of which `at` is a thread. */
void
tell_choice(const struct choice *choice, const struct tracee *at)
{
	const struct tracee *other = tracee_by_role(choice->who);
	char first[260];

	if (!run.tell || other == NULL)
		return;
	about(at, first, sizeof(first));
	if (choice->kind == SIGNAL) {
		tell_until(NULL);
		tell("%s came to %s when %s.", signal_name((int)choice->value),
		     other->name, first);
		return;
	}
	tell_until(NULL);
	fprintf(run.words_to,
		choice->kind == TIMER ? "When %s, %s looked again"
				      : "When %s, %s went first",
		first, other->name);
	snprintf(open_role, sizeof(open_role), "%s", choice->who);
}

/* `next` goes on (NULL: the run is over): what has the one before it done? */
void
tell_until(const struct tracee *next)
{
	const struct tracee *t;
	char what[160];

	if (!run.tell || open_role[0] == '\0')
		return;
	t = tracee_by_role(open_role);
	if (t == NULL || t == next)
		return;
	open_role[0] = '\0';
	describe_call(t, what, sizeof(what));
	if (t->state == DEAD && WIFEXITED(t->status))
		tell(", and ended with status %d.", WEXITSTATUS(t->status));
	else if (t->state == DEAD)
		tell(", and ended by %s.", signal_name(t->died_of));
	else if (t->state == HALTED)
		tell(", until it was stopped.");
	else if (t->number < 0)
		tell(".");
	else if (t->state == ASLEEP)
		tell(", until it slept in %s.", what);
	else
		tell(", up to %s.", what);
}

/* t is about to send a signal to a process that does not sleep. */
void
tell_signal(const struct tracee *t)
{
	const struct tracee *to = tracee_of((pid_t)t->args[0]);
	char what[260];
	int signal = (int)t->args[t->number == SYS_tgkill ? 2 : 1];

	if (!run.tell || to == NULL || to == t || signal == 0 ||
	    to->at != AT_ENTRY || to->state != READY)
		return;
	about(to, what, sizeof(what));
	if (strcmp(open_role, t->role) == 0)
		tell(", and sent %s to %s.", signal_name(signal), to->name);
	else
		tell("%s sent %s when %s.", t->name, signal_name(signal), what);
	open_role[0] = '\0';
}
