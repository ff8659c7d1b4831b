/*
 * Waiting for a signal: pause, sigsuspend, sigwait. And signals that wait until
 * a process unblocks them, whatever else it waits for.
 */
#define _GNU_SOURCE
#include <signal.h>
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

/*
 * Three functions of the library are one system call: the one that the program
 * uses, if it is only one of them.
 */
static const char *
sigwait_name(struct why_world *w, const struct why_thread *t)
{
	static const char *const names[] = { "sigwait", "sigwaitinfo",
					     "sigtimedwait" };
	const char *found = NULL;
	int count = 0;

	for (int i = 0; i < 3; i++)
		if (why_links(w->process[t->process].pid, names[i])) {
			found = names[i];
			count++;
		}
	return count == 1 ? found : "sigwait, sigwaitinfo or sigtimedwait";
}

static uint64_t
bit(int signal)
{
	return UINT64_C(1) << (signal - 1);
}

/* A shell that starts a program with `&` has it ignore these two. */
uint64_t
why_ignored_by(const struct why_process *p)
{
	return p->ignored & ~(bit(SIGINT) | bit(SIGQUIT));
}

/* Is SIGCHLD among the signals that would end the wait? */
static bool
awaits_child(struct why_world *w, const struct why_thread *t,
	     enum why_kind kind)
{
	return (kind == WHY_SIGWAIT ? wanted(w, t)
				    : w->process[t->process].caught) &
	       bit(SIGCHLD);
}

static int
unawaited(struct why_world *w, const struct why_process *p)
{
	int count = 0;

	for (int i = 0; i < w->processes; i++)
		count += w->process[i].parent == p->pid &&
			 w->process[i].state == 'Z';
	return count;
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
			   "%s has come, but is not in the set that %s was "
			   "given",
			   names, sigwait_name(w, t));
	else if (pending)
		why_advise(w, WHY_SURE,
			   "%s has come, but the process has it blocked: %s",
			   names,
			   kind == WHY_PAUSE
			       ? "unblock it, or wait with sigsuspend"
			       : "take it out of the mask that sigsuspend is "
				 "given");
	else if (why_ignored_by(p) & bit(SIGCHLD))
		why_advise(
		    w, WHY_SURE,
		    "SIGCHLD is ignored, so it never comes, and children "
		    "that end are gone at once: give it a handler (for "
		    "sigwait, SIG_DFL), or call waitpid");
	else if (awaits_child(w, t, kind) && unawaited(w, p) == 1 &&
		 kind == WHY_PAUSE)
		why_advise(
		    w, WHY_SURE,
		    "its child has ended, and SIGCHLD came before pause, "
		    "which waits for the next one: let waitpid wait, or "
		    "block SIGCHLD and use sigsuspend; where there were "
		    "several children, one SIGCHLD may stand for all");
	else if (awaits_child(w, t, kind) && unawaited(w, p) > 0)
		why_advise(w, WHY_SURE,
			   "%d of its children ended and were never waited "
			   "for: signals of one kind are not counted, so one "
			   "SIGCHLD may stand for several; call waitpid with "
			   "WNOHANG in a loop, until it finds none",
			   unawaited(w, p));
	else if (kind != WHY_SIGWAIT && !p->valgrind && !p->caught)
		why_advise(w, WHY_GENERAL,
			   "%s returns only after a signal with a handler, "
			   "and this process has no handlers",
			   why_call_of(t)->name);
	else if (kind == WHY_PAUSE && p->caught)
		why_advise(w, WHY_LIKELY,
			   "a signal that comes just before pause is handled, "
			   "and pause waits for the next one: block it, test, "
			   "then sigsuspend");
	else if (kind == WHY_SIGWAIT && p->threads == 1)
		why_advise(w, WHY_LIKELY,
			   "no signal of the set is pending, so it waits for "
			   "the next one, without a time limit: those that "
			   "came were taken already, or came while they were "
			   "not blocked; to take only what is there: "
			   "sigtimedwait, with a time limit of 0");
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
		why_head(w, t, "is blocked in %s, for %s", sigwait_name(w, t),
			 names);
	} else {
		why_head(w, t, "is blocked in %s", why_call_of(t)->name);
	}
	why_signal_names(p->caught, names, sizeof names);
	why_say(w, "  signals with a handler: %s",
		p->valgrind ? "not known under valgrind" : names);
	/* sigwait unblocks those that it waits for, as long as it waits. */
	why_signal_names(t->blocked, names, sizeof names);
	if (kind != WHY_SIGWAIT)
		why_say(w, "  blocked: %s", names);
	else if (t->blocked)
		why_say(w, "  blocked besides: %s", names);
	uint64_t ignored = why_ignored_by(p) & ~bit(SIGCHLD);
	why_signal_names(ignored, names, sizeof names);
	if (ignored)
		why_say(w, "  ignored: %s", names);
	why_signal_names(pending, names, sizeof names);
	why_say(w, "  pending: %s", names);
	advise_signal(w, t, kind, pending);
}

/* Those by which one process tells another to end. */
#define ENDING (bit(SIGTERM) | bit(SIGINT) | bit(SIGHUP) | bit(SIGQUIT))

/* What has come and is blocked, where the process waits for no signal. */
static uint64_t
held_back(struct why_world *w, const struct why_process *p)
{
	uint64_t own = 0, blocked = ~UINT64_C(0);

	for (int i = 0; i < p->threads; i++) {
		const struct why_thread *t = &w->thread[p->first_thread + i];
		enum why_kind kind = why_kind_of(t);
		if (kind == WHY_PAUSE || kind == WHY_SIGSUSPEND ||
		    kind == WHY_SIGWAIT)
			return 0;
		blocked &= t->blocked;
		own |= t->pending & t->blocked;
	}
	if (p->valgrind || p->is_shell || p->threads == 0)
		return 0;
	return ((p->pending & blocked) | own) & ~LIBRARY_SIGNALS;
}

/* The advice that follows from it; the lines come later. */
void
why_advise_pending(struct why_world *w, const struct why_process *p)
{
	uint64_t pending = held_back(w, p);
	const char *who = why_who(w, (int)(p - w->process));
	char names[WHY_LINE / 2];

	why_signal_names(pending, names, sizeof names);
	if (pending & ENDING)
		why_advise(w, WHY_SURE,
			   "%s was sent to %s, which has it blocked: the mask "
			   "is inherited by fork and exec, so the child "
			   "must unblock the signal that is to end it",
			   names, who);
	else if (pending & ~bit(SIGCHLD))
		why_advise(w, WHY_LIKELY,
			   "%s was sent to %s, which has it blocked: no "
			   "handler runs until it is unblocked",
			   names, who);
}

/* The lines of a process that waits for something else than a signal. */
void
why_explain_pending(struct why_world *w, const struct why_process *p)
{
	uint64_t pending = held_back(w, p);
	char names[WHY_LINE / 2];

	if (!p->is_shell && p->threads > 0 && p->state != 'Z' &&
	    (why_ignored_by(p) & bit(SIGCHLD)))
		why_say(w, "  SIGCHLD is ignored: no handler runs, and wait "
			   "returns only when all children have ended");
	uint64_t ignored = why_ignored_by(p) & ENDING;
	why_signal_names(ignored, names, sizeof names);
	if (!p->is_shell && p->state != 'Z' && ignored)
		why_say(w, "  ignored, so they do not end it: %s", names);
	why_signal_names(pending, names, sizeof names);
	if (pending)
		why_say(w, "  sent to it, but blocked: %s", names);
}
