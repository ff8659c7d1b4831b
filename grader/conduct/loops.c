/*
 * A process that calls again and again, and nothing comes of it. First it lets
 * all others go; then time passes while it spins; and when still nothing has
 * changed after a thousand such calls, that is the finding.
 */
#define _GNU_SOURCE
#include "conduct.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/ipc.h>
#include <sys/syscall.h>

enum { POLITE = 64, TOO_MANY = 1500, SPIN_NS = 100 * 1000, LOOKS = 1000 };

/* Does the call only look at an object of System V? */
static bool
looks(const struct tracee *t)
{
	int command =
	    call_is(t->call, "semctl") ? (int)t->args[2] : (int)t->args[1];

	/* The C library adds a bit where there are two layouts. */
	return (command & ~0x100) == IPC_STAT &&
	       (call_is(t->call, "semctl") || call_is(t->call, "shmctl") ||
		call_is(t->call, "msgctl"));
}

/* Has a call that came back at once achieved nothing? */
static bool
in_vain(const struct tracee *t, long result)
{
	if (t->call == NULL)
		return false;
	if (result == -EAGAIN || (result == 0 && looks(t)))
		return true;
	if (!(t->call->flags & NOTHING))
		return result == 0 && call_is(t->call, "read");
	if (call_is(t->call, "kill"))
		return t->args[1] == 0;
	if (call_is(t->call, "wait") || call_is(t->call, "sigtimedwait"))
		return result <= 0;
	if (call_is(t->call, "futex"))
		return false; /* what it wakes, it wakes */
	if (call_is(t->call, "nanosleep") || call_is(t->call, "pause") ||
	    call_is(t->call, "sigsuspend"))
		return false; /* it has slept */
	return true;
}

/* Does the call leave the count as it is? */
static bool
beside(const struct tracee *t)
{
	return t->call == NULL || !(t->call->flags & PLACE);
}

void
loops_exit(struct tracee *t, long result)
{
	t->unchanged = call_is(t->call, "close") && result == -EBADF;
	if (t->slept || t->expired) {
		t->idle = 0;
		return;
	}
	if (call_is(t->call, "sched_yield"))
		t->yields = true;
	if (!in_vain(t, result)) {
		if (!beside(t))
			t->idle = 0;
		return;
	}
	t->idle++;
	if (t->idle < POLITE)
		return;
	if (t->idle % POLITE == 0)
		t->yields = true;
	if (!stopped_look(LOOKS))
		time_pass(SPIN_NS);
	if (t->idle == TOO_MANY && t->tested) {
		char what[160];

		describe_call(t, what, sizeof(what));
		if (result < 0)
			found(LOOP,
			      "%s calls again and again, and nothing comes of "
			      "it: %s fails with %s",
			      t->name, what, error_name((int)-result));
		else
			found(LOOP,
			      "%s calls again and again, and nothing comes of "
			      "it: %s returns %ld",
			      t->name, what, result);
	}
}
