/*
 * Virtual time. A clock that a program reads goes on by a microsecond with
 * each call, by the processor time of what computes long, and jumps when all
 * sleep to the first time limit. So a limit never ends because the machine
 * is slow, and no run waits for time.
 *
 * - The vDSO is hidden from programs: reading the clock is a call then.
 * - The kernel never gets a time limit: a call that sleeps gets none or one of
 *   many years. When the limit has come, the call is interrupted, and returns
 *   what it would have returned.
 * - alarm, setitimer(ITIMER_REAL), timer_settime and timerfd_settime only note
 *   what is to come.
 *
 * Left to the kernel: timers of processor time, and io_uring. SO_RCVTIMEO and
 * SO_SNDTIMEO stay with the kernel, too, but end in virtual time if that is first; a
 * process that uses them is never taken for deadlocked.
 */
#define _GNU_SOURCE
#include "virtual.h"

#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>

static bool slow;
static bool in_sockets; /* a socket may have a limit of its own */

void
time_reset(void)
{
	timers_reset();
	clock_reset();
	slow = false;
	in_sockets = false;
}

/* The kernel may wake somebody later, by itself. */
void
time_is_slow(void)
{
	slow = true;
}

bool
time_slow(void)
{
	return slow;
}

bool
time_in_sockets(void)
{
	return in_sockets;
}

/* At the entry of a call: what has to do with time. */
void
time_entry(struct tracee *t)
{
	t->timed = t->expired = false;
	t->limited = limits_wait(t);
	t->left_at = 0;
	if (options.open || t->number < 0)
		return;
	switch (t->number) {
	case SYS_clock_gettime:
	case SYS_gettimeofday:
#ifdef __x86_64__
	case SYS_time:
#endif
		read_clock(t);
		return;
	case SYS_setsockopt:
		if (t->args[1] == SOL_SOCKET &&
		    (t->args[2] == SO_RCVTIMEO || t->args[2] == SO_SNDTIMEO))
			in_sockets = true;
		return;
	case SYS_socket:
		if (t->args[0] == AF_INET || t->args[0] == AF_INET6)
			slow = true;
		return;
	default:
		if (!limits_entry(t))
			timers_entry(t);
	}
}

/* At its exit. */
void
time_exit(struct tracee *t, long *result)
{
	timers_exit(t, *result);
	limits_exit(t, result);
}

/*
 * The first time limit or timer to come, or FOREVER; not the scenario's own,
 * unless `all`. Sets *who to the one whose call it ends, or *timer (else -1).
 */
int64_t
time_next(bool all, struct tracee **who, int *timer)
{
	int64_t first = timers_next(timer);

	*who = NULL;
	for (struct tracee *t = tracees; t < tracees + ntracees; t++) {
		if (t->state != ASLEEP || !t->timed || t->until >= first ||
		    (t->scenario && !all))
			continue;
		first = t->until;
		*who = t;
		*timer = -1;
	}
	return first;
}

/*
 * Ends t's sleep, or lets a timer ring: its time has come. False if nothing
 * came of it.
 */
bool
time_fire(struct tracee *t, int timer)
{
	if (t == NULL) {
		timers_ring(timer);
		return true;
	}
	clock_jump(t->until);
	t->expired = true;
	ptrace(PTRACE_INTERRUPT, t->tid, 0, 0);
	step_await(t, NEVER);
	wake(t);
	return t->state == READY;
}
