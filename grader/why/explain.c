/*
 * The hang report: a line for each process, the lines under it, the advice.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "why.h"
#include "world.h"

/* A longer report helps nobody. */
enum { SHOWN_PROCESSES = 24, SHOWN_THREADS = 8 };

static void
explain_transfer(struct why_world *w, const struct why_thread *t)
{
	const struct why_file *f = why_file_of(w, t->process, (int)t->arg[0]);
	bool reading = why_kind_of(t) == WHY_READ;

	why_head(w, t, "is blocked in %s(fd %d = %s)", why_call_of(t)->name,
		 (int)t->arg[0], f ? why_object(w, f) : "?");
	if (!f)
		return;
	if (f->type == WHY_SOCKET)
		why_explain_socket(w, t, f, reading);
	else if (f->type == WHY_PIPE || f->type == WHY_FIFO)
		why_explain_ends(w, t, f, reading);
	else if (!why_explain_event(w, t, f, reading))
		why_advise(w, WHY_GENERAL,
			   "%s waits for something that does not come",
			   why_call_of(t)->name);
}

static void
explain_call(struct why_world *w, const struct why_thread *t)
{
	switch (why_kind_of(t)) {
	case WHY_READ:
	case WHY_WRITE:
		explain_transfer(w, t);
		break;
	case WHY_OPEN:
		why_explain_open(w, t);
		break;
	case WHY_ACCEPT:
		why_explain_accept(w, t);
		break;
	case WHY_CONNECT:
		why_explain_connect(w, t);
		break;
	case WHY_CHILD:
		why_explain_child(w, t);
		break;
	case WHY_FUTEX:
		why_explain_futex(w, t);
		break;
	case WHY_SEMOP:
		why_explain_semop(w, t);
		break;
	case WHY_MSGRCV:
	case WHY_MSGSND:
		why_explain_msg(w, t);
		break;
	case WHY_MQ_RECEIVE:
	case WHY_MQ_SEND:
		why_explain_mq(w, t);
		break;
	case WHY_FLOCK:
	case WHY_FCNTL:
		why_explain_lock(w, t);
		break;
	case WHY_POLL:
	case WHY_SELECT:
	case WHY_EPOLL:
		why_explain_poll(w, t);
		break;
	case WHY_PAUSE:
	case WHY_SIGSUSPEND:
	case WHY_SIGWAIT:
		why_explain_signal(w, t);
		break;
	case WHY_SLEEP:
		why_head(w, t, "sleeps for a given time");
		break;
	case WHY_OTHER:
		if (why_call_of(t))
			why_head(w, t, "is blocked in %s",
				 why_call_of(t)->name);
		else
			why_head(w, t, "is blocked in system call %ld",
				 t->call);
		break;
	}
}

static void
explain_thread(struct why_world *w, const struct why_thread *t)
{
	const struct why_process *p = &w->process[t->process];

	if (t->state == 'Z' || t->state == 'X') {
		why_head(w, t,
			 p->threads > 1
			     ? "has ended"
			     : "has ended, and nobody has waited for it");
	} else if (t->state == 'T' || t->state == 't') {
		why_head(w, t, "is stopped");
		why_advise(w, WHY_GENERAL,
			   "a stopped process continues only after SIGCONT");
	} else if (p->opaque) {
		why_head(w, t, "cannot be inspected");
	} else if (t->in_call) {
		explain_call(w, t);
		if (why_timed(t) && why_kind_of(t) != WHY_OTHER)
			why_explain_loop(w, t);
	} else if (t->state != 'R') {
		why_head(w, t,
			 "sleeps, but not in a system call: it waits for "
			 "a page of memory");
	} else {
		why_head(w, t, "is running, and has used %lu ms of CPU time",
			 p->cpu);
		why_explain_loop(w, t);
	}
}

/* The shell is of interest only where it holds up the test itself. */
static bool
is_shown(struct why_world *w, int process)
{
	const struct why_process *p = &w->process[process];

	if (!p->is_shell)
		return p->threads > 0;
	if (p->state == 'Z' || p->threads == 0)
		return false;
	const struct why_thread *t = &w->thread[p->first_thread];
	return t->in_call && !why_process_is_in(w, process, WHY_CHILD);
}

/* Makes the columns: names, then roles and pids, then what they wait in. */
static void
measure(struct why_world *w)
{
	for (int i = 0; i < w->processes; i++) {
		const struct why_process *p = &w->process[i];
		int name = (int)strlen(p->name), role;
		if (!is_shown(w, i))
			continue;
		role = snprintf(NULL, 0, "(%s%s%spid %d)",
				p->is_shell ? "scenario" : p->role,
				p->is_shell || p->role[0] ? ", " : "",
				p->threads > 1 ? "thread 1, " : "", p->pid);
		if (name > w->name_width)
			w->name_width = name;
		if (role > w->role_width)
			w->role_width = role;
	}
}

static void
explain_process(struct why_world *w, const struct why_process *p)
{
	why_advise_pending(w, p);
	for (int i = 0; i < p->threads && i < SHOWN_THREADS; i++)
		explain_thread(w, &w->thread[p->first_thread + i]);
	if (p->threads > SHOWN_THREADS)
		why_say(w, "  and %d more threads", p->threads - SHOWN_THREADS);
	why_explain_pending(w, p);
}

int
why_explain(FILE *out, pid_t root, pid_t shell, int awaiting)
{
	int shown = 0;

	struct why_world *w =
	    why_snapshot(root, shell, awaiting ? shell : 0, false);
	if (!w)
		return -1;
	w->out = out;
	why_add_files(w);
	why_find_roles(w);
	measure(w);
	for (int i = 0; i < w->processes; i++) {
		if (!is_shown(w, i))
			continue;
		if (shown++ < SHOWN_PROCESSES)
			explain_process(w, &w->process[i]);
	}
	if (shown > SHOWN_PROCESSES)
		why_say(w, "and %d more processes", shown - SHOWN_PROCESSES);
	if (w->truncated)
		why_say(w, "(there are more than the grader looks at)");
	if (w->rank != WHY_NONE)
		fprintf(out, "means: %s\n", w->advice);
	free(w);
	return shown;
}
