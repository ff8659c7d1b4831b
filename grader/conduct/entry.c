/*
 * What is done when a process stands at the entry of a call, and at its exit.
 *
 * A signal that arrives while it stands at the entry would end the call with
 * EINTR, and the moment just before the call could never be shown. So it is put
 * back to just before the call: the handler runs, then the call is made.
 *
 * Some calls (epoll_wait, semop, sigtimedwait) return EINTR for a signal that is
 * ignored if, and only if, somebody traces: they are begun again.
 */
#define _GNU_SOURCE
#include "conduct.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PUT_BACK = RESTART_NOINTR };

/*
 * Is the call that t is about to make a place where others may go first? The
 * programs of the scenario are not tested: what they do matters to others only
 * where they are connected to them.
 */
bool
is_place(const struct tracee *t)
{
	const struct call *c = t->call;

	if (t->starting)
		return false;
	if (c == NULL)
		return true;
	if (!(c->flags & PLACE) && !call_is(c, options.signal_before))
		return false;
	if (t->tested)
		return true;
	if (call_is(c, "exit") || call_is(c, "exec") || call_is(c, "kill"))
		return true;
	if ((c->flags & FD) && (call_is(c, "read") || call_is(c, "write"))) {
		const char *object = object_of(t, (int)t->args[0]);

		return strncmp(object, "pipe", 4) == 0 ||
		       strncmp(object, "socket", 6) == 0;
	}
	return false;
}

/* t has come to the entry of a call. */
void
entry_read(struct tracee *t)
{
	struct __ptrace_syscall_info info;

	memset(&info, 0, sizeof(info));
	if (ptrace(PTRACE_GET_SYSCALL_INFO, t->tid, sizeof(info), &info) <= 0)
		return;
	if (info.seccomp.nr == SYS_restart_syscall)
		return; /* t->again says which */
	if ((long)info.seccomp.nr != t->number)
		t->again = 0;
	t->number = (long)info.seccomp.nr;
	memcpy(t->args, info.seccomp.args, sizeof(t->args));
	t->call = call_of(t->number);
	t->seen_by_others = t->slept = false;
	t->fault = 0;
}

/*
 * Back to just before the call at whose entry t stands. Returns false if it
 * was killed there.
 */
static bool
put_back(struct tracee *t)
{
	arch_back(t->tid, t->number, t->args);
	ptrace(PTRACE_SYSCALL, t->tid, 0, 0);
	step_await(t, NEVER);
	t->reported = false;
	if ((t->status & 0x7f) != 0x7f) {
		tracee_dead(t, t->status);
		return false;
	}
	t->at = AT_EXIT;
	t->again = PUT_BACK;
	return true;
}

/* Signals to everybody, or to us, are not to reach us. */
static void
guard(struct tracee *t)
{
	pid_t target = (pid_t)t->args[0];

	if (target == getpid()) {
		arch_skip(t->tid, -ESRCH);
		t->forced = true;
		t->result = -ESRCH;
	} else if (target == -1) {
		for (struct tracee *o = tracees; o < tracees + ntracees; o++)
			if (o->state != DEAD && o->tgid != t->tgid &&
			    o->leader == o - tracees && !o->scenario)
				kill(o->tgid, (int)t->args[1]);
		arch_skip(t->tid, 0);
		t->forced = true;
		t->result = 0;
	}
}

/* Nobody is made whom we do not trace: all calls of such a process would fail. */
static void
no_untraced(struct tracee *t)
{
	uint64_t flags;

	if (t->number == SYS_clone && (t->args[0] & CLONE_UNTRACED)) {
		arch_set_arg(t->tid, 0, t->args[0] & ~(uint64_t)CLONE_UNTRACED);
	} else if (t->number == SYS_clone3 &&
		   memory_read(t->tid, t->args[0], &flags, sizeof(flags)) &&
		   (flags & CLONE_UNTRACED)) {
		flags &= ~(uint64_t)CLONE_UNTRACED;
		memory_write(t->tid, t->args[0], &flags, sizeof(flags));
	}
}

/*
 * t is about to go into its call. Returns false if it is not, because it was
 * killed; a signal that waits is handled first.
 */
bool
entry_begin(struct tracee *t)
{
	if (t->seen_by_others && !t->starting && tracee_pending(t) != 0) {
		t->seen_by_others = false;
		return put_back(t);
	}
	if (t->call != NULL && (t->call->flags & LOCAL)) {
		time_entry(t);
		t->forced = false; /* no exit stop: nothing is left to do */
		return true;
	}
	if (t->again == 0) {
		t->ncalls += !t->starting;
		run.calls++;
		time_pass(1000);
		t->until = FOREVER;
	}
	if (options.log || run.tell)
		describe_call(t, t->at_what, sizeof(t->at_what));
	no_untraced(t);
	if (!t->starting && t->again == 0)
		inject_at_entry(t);
	/* What is preloaded may sleep before the program has started. */
	if (!t->forced)
		time_entry(t);
	if (call_is(t->call, "kill") || call_is(t->call, "tkill") ||
	    call_is(t->call, "sigqueue")) {
		tell_signal(t);
		guard(t);
	}
	if (call_is(t->call, "kill") || call_is(t->call, "tkill") ||
	    call_is(t->call, "sigqueue") || call_is(t->call, "exit") ||
	    call_is(t->call, "exit_thread") || call_is(t->call, "exec"))
		run.check_all = true;
	if (call_is(t->call, "exit") && !t->starting)
		evidence_call(t, 0); /* it has no exit */
	if (t->again == 0)
		events_entry(t);
	t->again = 0;
	return true;
}

/* Is there nothing but signals that an untraced process would never see? */
static bool
only_ignored(const struct tracee *t)
{
	const uint64_t quiet = 1ULL << (SIGCHLD - 1) | 1ULL << (SIGURG - 1) |
			       1ULL << (SIGWINCH - 1) | 1ULL << (SIGCONT - 1);
	uint64_t caught = tracee_signals(t, "SigCgt");
	uint64_t ignored = tracee_signals(t, "SigIgn") | (quiet & ~caught);

	return (tracee_pending(t) & ~ignored) == 0;
}

/* What a call tells that others will ask for. */
static void
remember(struct tracee *t, long result)
{
	if (t->number == SYS_rt_sigaction && result == 0 && t->args[1] != 0) {
		struct {
			uint64_t handler, flags;
		} action;
		int s = (int)t->args[0];

		if (s > 0 && s < 65 &&
		    memory_read(t->tid, t->args[1], &action, sizeof(action))) {
			struct tracee *l = &tracees[t->leader];
			unsigned bit = 1u << (s % 32);

			l->restart[s / 32] &= ~bit;
			if (action.flags & SA_RESTART)
				l->restart[s / 32] |= bit;
			memcpy(t->restart, l->restart, sizeof(t->restart));
		}
	}
	evidence_made(t, result);
}

/*
 * What t has learnt of a child that a signal has ended is what it is where that
 * leaves a core file, which is up to the system, its limits, and the folder:
 * POSIX.1-2024, <sys/wait.h>.
 */
static void
tell_of_core(const struct tracee *t, long result)
{
	enum { CORE_BIT = 0x80 };
	static const uint64_t leave_core = 1ULL << SIGABRT | 1ULL << SIGQUIT |
					   1ULL << SIGSEGV | 1ULL << SIGILL |
					   1ULL << SIGFPE | 1ULL << SIGBUS |
					   1ULL << SIGTRAP | 1ULL << SIGSYS;
	siginfo_t info;
	int status;

	if (t->number == SYS_wait4 && result > 0 &&
	    memory_read(t->tid, t->args[1], &status, sizeof(status)) &&
	    WIFSIGNALED(status) && (leave_core >> WTERMSIG(status) & 1)) {
		status |= CORE_BIT;
		memory_write(t->tid, t->args[1], &status, sizeof(status));
	}
	if (t->number == SYS_waitid && result == 0 &&
	    memory_read(t->tid, t->args[2], &info, sizeof(info)) &&
	    info.si_signo == SIGCHLD && info.si_code == CLD_KILLED &&
	    (leave_core >> info.si_status & 1)) {
		info.si_code = CLD_DUMPED;
		memory_write(t->tid, t->args[2], &info, sizeof(info));
	}
}

/* t's call has ended with `result`. */
void
entry_end(struct tracee *t, long result)
{
	if (t->saved) {
		arch_restore_args(t->tid, t->saved_args);
		memcpy(t->args, t->saved_args, sizeof(t->args));
		t->saved = false;
	}
	if (t->forced) {
		result = t->result;
		arch_result(t->tid, result, false);
		t->forced = false;
	}
	time_exit(t, &result);
	if (result <= -RESTART_SYS && result >= -RESTART_BLOCK) {
		t->again = (int)-result;
		return;
	}
	if (result == -EINTR && t->fault == 0 && t->number >= 0 &&
	    only_ignored(t)) {
		arch_back(t->tid, t->number, t->args);
		t->again = PUT_BACK;
		return;
	}
	if (t->starting)
		return;
	if (call_is(t->call, "read"))
		proc_read(t, &result);
	if (options.core && t->tested && call_is(t->call, "wait"))
		tell_of_core(t, result);
	if (call_is(t->call, options.signal_after))
		tracees[t->leader].ripe = true;
	say("%s: %s = %ld", t->name, t->at_what, result);
	remember(t, result);
	evidence_call(t, result);
	events_call(t, result);
	loops_exit(t, result);
}
