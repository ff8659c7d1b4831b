/*
 * One step: a process goes on from where it stands to the entry of its next
 * call that others can see, or until it sleeps, or ends. All others stand still
 * meanwhile.
 *
 * It ends at the next entry, not at the exit of a call: what a call sets going
 * (the last close of a file, for one) is done on the way back to user mode,
 * after the exit stop.
 *
 * Asleep means: off the processor, in state S, in a call that may sleep. That is
 * certain because all who could wake it stand still. D counts for the parent
 * of a vfork only. What computes is never taken for asleep, however long.
 */
#define _GNU_SOURCE
#include "conduct.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	REST_NS = 300 * 1000, /* between two looks at who computes in a call */
	SLICE_NS = 50 * 1000 * 1000, /* of processor time, then others go */
	SLICES = 10,
	LOOKS_AFTER_CONT = 2000,
	SYSCALL_STOP = SIGTRAP | 0x80,
};

static long tick;

/* A process that computes without end must not keep the others waiting. */
static void
look_at_clock(struct tracee *t, int64_t since)
{
	if (t->halting || tracee_used(t) - since < SLICE_NS)
		return;
	t->halting = true;
	ptrace(PTRACE_INTERRUPT, t->tid, 0, 0);
	if (!stopped_look(SLICES))
		time_pass(SLICE_NS);
}

static void
end_if_late(const struct tracee *t, const char *where)
{
	if (!run_is_late())
		return;
	found(LIMIT, "%s does not end: %s", t->name, where);
	stuck_print();
	kill(t->tgid, SIGKILL);
}

/* A thread may be gone without a report, if another has called execve. */
static bool
is_gone(struct tracee *t)
{
	if (t->reported || t->state == DEAD || tracee_state(t) != 'X')
		return false;
	t->reported = true;
	t->status = 0;
	return true;
}

/* Waits until t, which cannot sleep, reports something. */
static void
await_report(struct tracee *t)
{
	int64_t since = -1;

	while (!t->reported && t->state != DEAD) {
		/* Ended by a report, or now and then by a signal of our timer. */
		if (tracees_await() || is_gone(t))
			continue;
		end_if_late(t, "it computes");
		if (since == -1)
			since = tracee_used(t);
		look_at_clock(t, since);
	}
}

/* Is t asleep, as far as one look can tell? */
static bool
seems_asleep(const struct tracee *t)
{
	char state;

	if (!tracee_blocked(t))
		return false;
	state = tracee_state(t);
	return state == 'S' || (state == 'D' && t->vforked) ||
	       (state == 'Z' && t->tid == t->tgid);
}

/*
 * Waits until t reports something (1), or, if it may sleep, until it does (0).
 */
int
step_await(struct tracee *t, enum sleep sleep)
{
	if (sleep == NEVER)
		await_report(t);
	else if (sleep == OFTEN && !t->reported)
		sched_yield();
	while (!t->reported && t->state != DEAD) {
		end_if_late(t, "it is in a call");
		if (sleep == SELDOM ? tracees_await() : tracees_collect(false))
			continue;
		if (seems_asleep(t)) {
			if (!tracees_collect(false))
				return 0;
		} else if (!is_gone(t) && sleep == OFTEN) {
			tracees_rest(REST_NS);
		}
	}
	return 1;
}

/*
 * What the loader calls, it calls for files, and none of it sleeps. Nothing is
 * to be seen at the exit of it either.
 */
static bool
by_loader(const struct tracee *t)
{
	return t->starting && t->call != NULL &&
	       (call_is(t->call, "open") || call_is(t->call, "read") ||
		call_is(t->call, "pread") || call_is(t->call, "close") ||
		call_is(t->call, "mmap") || call_is(t->call, "munmap"));
}

/* Is there something to do at the exit of the call that t is about to make? */
static bool
exit_matters(const struct tracee *t)
{
	if (t->saved || t->forced)
		return true;
	if (t->starting || (t->call->flags & LOCAL))
		return false;
	if (options.events != NULL)
		return true;
	if (call_is(t->call, "open"))
		return t->tested || makes_file(t);
	if (!t->tested && (t->call->flags & RARELY))
		return false; /* nothing is to be learnt from it */
	return t->tested || call_is(t->call, "sigaction") ||
	       call_is(t->call, "timer_create") ||
	       call_is(t->call, "timer_delete");
}

/* May the call sleep that t is about to make? */
static enum sleep
may_sleep(const struct tracee *t)
{
	if (by_loader(t))
		return NEVER;
	if (t->call == NULL)
		return OFTEN;
	if (!(t->call->flags & SLEEPS))
		return NEVER;
	return t->call->flags & RARELY ? SELDOM : OFTEN;
}

/* Lets t go on from where it stands. Returns whether it may sleep then. */
static enum sleep
go_on(struct tracee *t)
{
	int request = PTRACE_CONT, deliver = 0;
	enum sleep sleep = NEVER;

	switch (t->at) {
	case AT_ENTRY:
		sleep = may_sleep(t);
		if (sleep == OFTEN || exit_matters(t))
			request = PTRACE_SYSCALL;
		break;
	case IN_CALL:
		sleep = OFTEN;
		request = PTRACE_SYSCALL;
		break;
	case AT_EXIT:
	case AT_USER:
		if (t->step_over != 0 && t->deliver == 0 && !locks_step_over(t))
			return NEVER; /* it has something to report */
		t->step_over = 0;     /* a handler comes back to it */
		deliver = t->deliver;
		t->deliver = 0;
		break;
	}
	ptrace(request, t->tid, 0, deliver);
	return sleep;
}

/* t has made a child or a thread; it stands still half-way. */
static void
has_made(struct tracee *t, bool vfork)
{
	unsigned long tid = 0;
	char path[64];
	struct tracee *made;

	t->at = IN_CALL;
	ptrace(PTRACE_GETEVENTMSG, t->tid, 0, &tid);
	snprintf(path, sizeof(path), "/proc/%d/task/%lu", t->tgid, tid);
	made =
	    tracee_add((pid_t)tid, (int)(t - tracees), access(path, F_OK) == 0);
	if (made == NULL)
		return;
	t->vforked = vfork;
	made->shares_memory = vfork;
	events_made(t, made);
	say("%s makes %s", t->name, made->name);
	step_await(made, NEVER);
	made->state = READY;
	made->last = ++tick;
	wake(made);
}

/* t runs a new program; it stands still half-way. */
static void
has_execed(struct tracee *t)
{
	char path[48], program[4096];
	static char folder[4096];
	size_t length;
	ssize_t n;

	t->at = IN_CALL;
	if (t->tested)
		evidence_call(t, 0);
	if (folder[0] == '\0' && getcwd(folder, sizeof(folder) - 1) != NULL)
		strcat(folder, "/");
	length = strlen(folder);
	snprintf(path, sizeof(path), "/proc/%d/exe", t->tid);
	n = readlink(path, program, sizeof(program) - 1);
	program[n > 0 ? n : 0] = '\0';
	t->tested = options.all || strncmp(program, folder, length) == 0 ||
		    (options.events != NULL && t != tracees);
	t->scenario = t == tracees && !t->tested;
	memset(t->restart, 0, sizeof(t->restart));
	if (t->scenario)
		t->program = true;
	else
		tracee_named(t, program);
	t->starting = true;
	time_forget(t->tgid, false);
	time_hide_vdso(t);
	locks_exec(t);
	say("%s is %s now", t->role, t->name);
	events_exec(t);
}

/* Signal `deliver` will be handed over: will its call begin again then? */
static void
will_it_begin_again(struct tracee *t)
{
	int s = t->deliver;

	if (t->again == 0 || t->again == RESTART_NOINTR ||
	    !(tracee_signals(t, "SigCgt") >> (s - 1) & 1))
		return;
	if (t->again != RESTART_SYS || !(t->restart[s / 32] >> (s % 32) & 1))
		t->again = 0;
}

/* Does t get the signal for what it has just done? */
static void
note_fault(struct tracee *t, int signal)
{
	siginfo_t info;

	if (signal != SIGSEGV && signal != SIGBUS && signal != SIGFPE &&
	    signal != SIGILL && signal != SIGSYS && signal != SIGTRAP)
		return;
	if (ptrace(PTRACE_GETSIGINFO, t->tid, 0, &info) == 0 &&
	    info.si_code > 0)
		tracees[t->leader].fault_signal = signal;
}

/* Looks at what t has reported. */
static void
look(struct tracee *t)
{
	int status = t->status, event = status >> 16, signal;
	struct __ptrace_syscall_info info;

	t->reported = false;
	if (!WIFSTOPPED(status)) {
		tracee_dead(t, status);
		run.check_all = true;
		events_dead(t, status);
		if (WIFSIGNALED(status))
			say("%s ends by %s", t->name,
			    signal_name(WTERMSIG(status)));
		else
			say("%s ends with %d", t->name, WEXITSTATUS(status));
		return;
	}
	signal = WSTOPSIG(status);
	switch (event) {
	case PTRACE_EVENT_SECCOMP:
		t->at = AT_ENTRY;
		entry_read(t);
		return;
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		has_made(t, event == PTRACE_EVENT_VFORK);
		return;
	case PTRACE_EVENT_EXEC:
		has_execed(t);
		return;
	case PTRACE_EVENT_STOP:
		t->at = AT_USER;
		if (signal != SIGTRAP) {
			t->state = HALTED;
			ptrace(PTRACE_LISTEN, t->tid, 0, 0);
			say("%s is stopped", t->name);
		}
		return;
	default:
		break;
	}
	if (signal == SYSCALL_STOP) {
		memset(&info, 0, sizeof(info));
		ptrace(PTRACE_GET_SYSCALL_INFO, t->tid, sizeof(info), &info);
		t->at = AT_EXIT;
		t->vforked = false;
		entry_end(t, (long)info.exit.rval);
		return;
	}
	t->at = AT_USER;
	if (signal == SIGTRAP && locks_trap(t, arch_pc(t->tid)))
		return;
	t->deliver = signal;
	note_fault(t, signal);
	will_it_begin_again(t);
	say("%s gets %s", t->name, signal_name(signal));
	events_signal(t, signal);
}

/* t has slept, or was stopped, and has something to report. */
void
wake(struct tracee *t)
{
	if (t->state == ASLEEP || t->state == HALTED)
		t->state = READY;
	look(t);
}

void
step(struct tracee *t)
{
	enum sleep sleep;

	t->last = ++tick;
	t->yields = false;
	t->at_lock = NO_LOCK;
	if (t->at == AT_ENTRY && !entry_begin(t))
		return;
	sleep = go_on(t);
	for (;;) {
		if (step_await(t, sleep) == 0) {
			t->state = ASLEEP;
			t->slept = true;
			if (options.log)
				describe_asleep(t, t->at_what,
						sizeof(t->at_what));
			say("%s sleeps: %s", t->name, t->at_what);
			events_sleep(t);
			return;
		}
		if (t->state == DEAD)
			return;
		look(t);
		if (t->state != READY)
			return;
		if (t->halting && t->at == AT_USER && t->deliver == 0) {
			t->halting = false;
			t->yields = true;
			return;
		}
		if (t->at_lock != NO_LOCK)
			return;
		if (t->yields && t->at != AT_ENTRY && t->at != IN_CALL)
			return;
		if (t->at == AT_ENTRY) {
			if (is_place(t))
				return;
			if (!entry_begin(t))
				return;
		}
		sleep = go_on(t);
	}
}

/* After a signal: has one that was stopped been told to go on? */
static void
await_continued(struct tracee *t)
{
	for (int i = 0; i < LOOKS_AFTER_CONT && !t->reported; i++) {
		if (!tracees_collect(false))
			sched_yield();
		if (i > 50 && strchr("tT", tracee_state(t)) != NULL)
			break;
	}
}

/* Gives those a while who are on the way to something that they will report. */
static void
await_moving(struct tracee *t)
{
	if (t->state == ASLEEP) {
		if (!tracee_blocked(t))
			step_await(t, OFTEN);
	} else if (run.check_all) {
		if (t->state == HALTED)
			await_continued(t);
		else if (strchr("tT", tracee_state(t)) == NULL)
			step_await(t, NEVER);
	}
}

/* Of those who have something to report, the one that has slept longest: what it
 * waited for was given to it first. */
static struct tracee *
first_to_wake(void)
{
	struct tracee *first = NULL;

	for (struct tracee *t = tracees; t < tracees + ntracees; t++)
		if (t->state != DEAD && t->reported &&
		    (first == NULL ||
		     (options.events != NULL && t->last < first->last)))
			first = t;
	return first;
}

/* Takes back all who sleep no longer, until everybody is still. */
void
settle(void)
{
	bool again = true;

	while (again) {
		again = false;
		for (struct tracee *t = tracees; t < tracees + ntracees; t++)
			if (t->state != DEAD && !t->reported)
				await_moving(t);
		/* Who was on the way has come to a stop, or to sleep. */
		tracees_collect(false);
		for (struct tracee *t; (t = first_to_wake()) != NULL;) {
			wake(t);
			again = true;
		}
	}
	run.check_all = false;
}

/* The same, with a closer look at those who sleep. */
void
settle_for_sure(void)
{
	for (struct tracee *t = tracees; t < tracees + ntracees; t++)
		if (t->state == ASLEEP && !t->reported && !seems_asleep(t))
			step_await(t, OFTEN);
	settle();
}

/* From us, for t's process. */
void
send_signal(struct tracee *t, int signal)
{
	run.check_all = true;
	kill(t->tgid, signal);
}
