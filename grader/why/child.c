/*
 * Blocked in wait: for which children, and whether one is stopped.
 */
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/wait.h>

#include "world.h"

/* The child that the call names, 0 for any. */
pid_t
why_awaited(const struct why_thread *t)
{
	if (t->call == SYS_waitid)
		return t->arg[0] == P_PID ? (pid_t)t->arg[1] : 0;
	return (pid_t)t->arg[0] > 0 ? (pid_t)t->arg[0] : 0;
}

static bool
is_stopped(struct why_world *w, const struct why_process *p)
{
	return p->threads > 0 && w->thread[p->first_thread].state == 'T';
}

void
why_explain_child(struct why_world *w, const struct why_thread *t)
{
	const struct why_process *parent = &w->process[t->process];
	const char *name = why_call_of(t)->name;
	pid_t pid = why_awaited(t);
	int children = 0, only = -1;

	for (int i = 0; i < w->processes; i++) {
		const struct why_process *p = &w->process[i];
		if (p->parent != parent->pid || (pid && p->pid != pid))
			continue;
		children++;
		only = i;
		if (is_stopped(w, p))
			why_advise(
			    w, WHY_LIKELY,
			    "wait returns when the child ends; a "
			    "stopped child continues only after SIGCONT");
	}
	if (pid)
		why_head(w, t, "is blocked in %s, for pid %d", name, pid);
	else if (children == 1)
		why_head(w, t, "is blocked in %s, for any child: pid %d", name,
			 w->process[only].pid);
	else
		why_head(w, t, "is blocked in %s, for any of its %d children",
			 name, children);
}
