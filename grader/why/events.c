/*
 * Blocked at an eventfd or a signalfd: what the kernel says of it in fdinfo.
 */
#define _GNU_SOURCE
#include <string.h>

#include "world.h"

static void
explain_eventfd(struct why_world *w, const struct why_thread *t,
		const char *text, bool reading)
{
	uint64_t count = 0;

	why_field(text, "eventfd-count:", 16, &count);
	why_say(w, "  its counter is %llu", (unsigned long long)count);
	if (reading)
		why_advise(w, WHY_LIKELY,
			   "%s of an eventfd waits until its counter is above "
			   "0: nobody adds anything to it, or only 0",
			   why_call_of(t)->name);
	else
		why_advise(w, WHY_LIKELY,
			   "the counter of the eventfd is full: nobody reads "
			   "it");
}

static void
explain_signalfd(struct why_world *w, const struct why_thread *t,
		 const char *text)
{
	const struct why_process *p = &w->process[t->process];
	uint64_t set = 0, open;
	char names[WHY_LINE / 2];

	why_field(text, "sigmask:", 16, &set);
	why_signal_names(set, names, sizeof names);
	open = set & ~t->blocked;
	why_say(w, "  it is for %s", names);
	why_signal_names(open, names, sizeof names);
	if (open) {
		why_say(w, "  not blocked: %s", names);
		why_advise(
		    w, open == set ? WHY_SURE : WHY_LIKELY,
		    "a signalfd gets only signals that are blocked; %s "
		    "is not, and goes the usual way (handler, default or "
		    "ignored): block it by sigprocmask first",
		    names);
	} else if (set && !(set & ~why_ignored_by(p))) {
		why_signal_names(set, names, sizeof names);
		why_advise(w, WHY_SURE,
			   "%s is ignored, so the signalfd never gets it",
			   names);
	} else {
		why_advise(w, WHY_GENERAL,
			   "nobody sends a signal that the signalfd is for");
	}
}

/* The lines under a wait for such a descriptor; false if it is none. */
bool
why_explain_event(struct why_world *w, const struct why_thread *t,
		  const struct why_file *f, bool reading)
{
	char text[1024];

	if (f->type != WHY_EVENTFD && f->type != WHY_SIGNALFD)
		return false;
	if (!why_slurp(text, sizeof text, "/proc/%d/fdinfo/%d",
		       w->process[t->process].pid, f->fd))
		return false;
	if (f->type == WHY_EVENTFD)
		explain_eventfd(w, t, text, reading);
	else
		explain_signalfd(w, t, text);
	return true;
}
