/*
 * Waiting for a signal: pause, sigsuspend, sigwait.
 */
#define _GNU_SOURCE
#include <string.h>

#include "world.h"

/* The set that sigwait waits for; of the size that the kernel uses. */
static uint64_t
wanted(struct why_world *w, const struct why_thread *t)
{
	uint64_t set = 0;

	why_peek(w->process[t->process].pid, t->arg[0], &set, sizeof set);
	return set;
}

static void
advise_signal(struct why_world *w, const struct why_thread *t,
	      enum why_kind kind, uint64_t pending)
{
	const struct why_process *p = &w->process[t->process];
	char names[WHY_LINE / 2];

	why_signal_names(pending, names, sizeof names);
	if (kind == WHY_SIGWAIT && pending)
		why_advise(w, WHY_SURE,
			   "%s has come, but is not in the set that sigwait "
			   "was given",
			   names);
	else if (pending)
		why_advise(w, WHY_SURE,
			   "%s has come, but the process has it blocked: %s",
			   names,
			   kind == WHY_PAUSE
			       ? "unblock it, or wait with sigsuspend"
			       : "take it out of the mask that sigsuspend is "
				 "given");
	else if (kind == WHY_PAUSE && p->caught)
		why_advise(w, WHY_LIKELY,
			   "a signal that comes just before pause is handled, "
			   "and pause waits for the next one: block it, test, "
			   "then sigsuspend");
	else if (kind == WHY_PAUSE)
		why_advise(w, WHY_GENERAL,
			   "pause returns only after a signal with a handler, "
			   "and this process has no handlers");
	else if (kind == WHY_SIGWAIT && p->threads == 1)
		why_advise(w, WHY_LIKELY,
			   "sigwait sees only signals that were blocked before "
			   "they came; this one was not sent, or was taken "
			   "earlier");
	else
		why_advise(w, WHY_GENERAL,
			   "nobody sends a signal that this process waits "
			   "for, or it came before it was blocked");
}

void
why_explain_signal(struct why_world *w, const struct why_thread *t)
{
	const struct why_process *p = &w->process[t->process];
	enum why_kind kind = why_kind_of(t);
	uint64_t pending = p->pending | t->pending;
	char names[WHY_LINE / 2];

	if (kind == WHY_SIGWAIT) {
		why_signal_names(wanted(w, t), names, sizeof names);
		why_head(w, t, "is blocked in sigwait, for %s", names);
	} else {
		why_head(w, t, "is blocked in %s", why_call_of(t)->name);
	}
	why_signal_names(p->caught, names, sizeof names);
	why_say(w, "  signals with a handler: %s",
		p->valgrind ? "not known under valgrind" : names);
	why_signal_names(t->blocked, names, sizeof names);
	why_say(w, "  blocked: %s", names);
	why_signal_names(pending, names, sizeof names);
	why_say(w, "  pending: %s", names);
	advise_signal(w, t, kind, pending);
}
