/*
 * Calls that sleep for a time, or until a point in time.
 */
#define _GNU_SOURCE
#include "virtual.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

static bool
read_timespec(const struct tracee *t, int n, struct timespec *value)
{
	return memory_read(t->tid, t->args[n], value, sizeof(*value)) &&
	       value->tv_nsec >= 0 && value->tv_nsec < SECOND &&
	       value->tv_sec >= 0;
}

/* From a point in time on that clock: how long it is until then. */
static int64_t
until_point(int slot, struct timespec point)
{
	int64_t at = nanoseconds(point);

	return at == FOREVER ? FOREVER : at - clock_base(slot) - time_now();
}

/* The call ends after that time; one that is begun again, when it would have. */
static void
ends_after(struct tracee *t, int64_t length)
{
	t->timed = true;
	if (t->until == FOREVER && length != FOREVER)
		t->until = time_now() + length;
}

static bool
limited(struct tracee *t, int64_t length, int argument, uint64_t instead)
{
	if (length == 0)
		return false; /* it only looks */
	ends_after(t, length);
	tracee_save_args(t);
	arch_set_arg(t->tid, argument, instead);
	return true;
}

/* Writes a time below the stack, for the kernel; returns its address, or 0. */
static uint64_t
below_stack(const struct tracee *t, time_t seconds)
{
	const struct timespec time = { .tv_sec = seconds };
	uint64_t room = (arch_sp(t->tid) - BELOW_STACK) & ~15ULL;

	return memory_write(t->tid, room, &time, sizeof(time)) ? room : 0;
}

/* The same for a point in time: if it has passed, in the kernel's eyes, too. */
static bool
limited_by_point(struct tracee *t, int64_t length, int argument)
{
	uint64_t past;

	if (length > 0)
		return limited(t, length, argument, 0);
	past = below_stack(t, 0);
	if (past == 0)
		return false;
	tracee_save_args(t);
	arch_set_arg(t->tid, argument, past);
	return true;
}

/*
 * A time limit of many years for the kernel; 0, none, if it cannot be written. It has
 * one so that a hang report sees that there is one.
 */
static uint64_t
in_years(const struct tracee *t, time_t from)
{
	return below_stack(t, from + CENTURY);
}

static bool
sleeps(struct tracee *t, int request, int rest, bool absolute, int slot)
{
	struct timespec length;
	uint64_t years;
	int64_t ns;

	if (slot < 0 || !read_timespec(t, request, &length))
		return false;
	ns = absolute ? until_point(slot, length) : nanoseconds(length);
	if (ns <= 0)
		return false;
	years = in_years(t, absolute ? clock_base(slot) / SECOND : 0);
	if (years == 0)
		return false;
	t->left_at = absolute ? 0 : t->args[rest];
	return limited(t, ns, request, years);
}

static bool
futex_limit(struct tracee *t)
{
	struct timespec value;
	int op = (int)t->args[1] & FUTEX_CMD_MASK;
	bool real = t->args[1] & FUTEX_CLOCK_REALTIME;

	if (t->args[3] == 0)
		return false;
	switch (op) {
	case FUTEX_WAIT:
		return read_timespec(t, 3, &value) &&
		       limited(t, nanoseconds(value), 3, 0);
	case FUTEX_WAIT_BITSET:
	case FUTEX_WAIT_REQUEUE_PI:
	case 13: /* FUTEX_LOCK_PI2 */
		break;
	case FUTEX_LOCK_PI:
		real = true;
		break;
	default:
		return false;
	}
	if (!read_timespec(t, 3, &value))
		return false;
	return limited_by_point(t, until_point(real ? 0 : 1, value), 3);
}

static bool
in_timespec(struct tracee *t, int n)
{
	struct timespec value;

	return read_timespec(t, n, &value) &&
	       limited(t, nanoseconds(value), n, in_years(t, 0));
}

static bool
in_milliseconds(struct tracee *t, int n)
{
	int ms = (int)t->args[n];

	return ms > 0 && limited(t, ms * 1000000LL, n, INT_MAX);
}

/* SO_RCVTIMEO or SO_SNDTIMEO, if the socket's own limit may end the call; or 0. */
static int
option_of(const struct tracee *t)
{
	switch (t->number) {
	case SYS_read:
	case SYS_recvfrom:
	case SYS_recvmsg:
	case SYS_accept:
	case SYS_accept4:
		return SO_RCVTIMEO;
	case SYS_write:
	case SYS_sendto:
	case SYS_sendmsg:
		return SO_SNDTIMEO;
	default:
		return 0;
	}
}

/* The limit that the socket itself has. The kernel knows it, too, and may be first. */
static bool
in_socket(struct tracee *t)
{
	struct timeval v = { 0 };
	socklen_t size = sizeof(v);
	int option = option_of(t), copy;

	if (option == 0 || !time_in_sockets())
		return false;
	copy = object_borrow(t, (int)t->args[0]);
	if (copy == -1)
		return false;
	if (getsockopt(copy, SOL_SOCKET, option, &v, &size) == -1)
		v = (struct timeval){ 0 }; /* no socket */
	close(copy);
	if (v.tv_sec == 0 && v.tv_usec == 0)
		return false;
	ends_after(t, v.tv_sec * SECOND + v.tv_usec * 1000);
	return true;
}

/*
 * At the entry of a call, as select(2) changes what it was given: whether it waits
 * for descriptors, and for a time at most.
 */
bool
limits_wait(const struct tracee *t)
{
	struct timespec limit; /* or struct timeval: any that is not 0 */
	int n;

	switch (t->number) {
#ifdef __x86_64__
	case SYS_poll:
		return (int)t->args[2] > 0;
	case SYS_epoll_wait:
#endif
	case SYS_epoll_pwait:
		return (int)t->args[3] > 0;
#ifdef __x86_64__
	case SYS_select:
#endif
	case SYS_pselect6:
		n = 4;
		break;
	case SYS_ppoll:
		n = 2;
		break;
	case SYS_epoll_pwait2:
		n = 3;
		break;
	default:
		return false;
	}
	return t->args[n] != 0 &&
	       memory_read(t->tid, t->args[n], &limit, sizeof(limit)) &&
	       (limit.tv_sec != 0 || limit.tv_nsec != 0);
}

/* At the entry of a call: whether it has a time limit, which is ours now. */
bool
limits_entry(struct tracee *t)
{
	struct timespec point;

	switch (t->number) {
#ifdef __x86_64__
	case SYS_poll:
		return in_milliseconds(t, 2);
	case SYS_epoll_wait:
		return in_milliseconds(t, 3);
	case SYS_select: {
		struct timeval v;

		return memory_read(t->tid, t->args[4], &v, sizeof(v)) &&
		       limited(t, v.tv_sec * SECOND + v.tv_usec * 1000, 4,
			       in_years(t, 0));
	}
#endif
	case SYS_epoll_pwait:
		return in_milliseconds(t, 3);
	case SYS_epoll_pwait2:
		return in_timespec(t, 3);
	case SYS_ppoll:
	case SYS_rt_sigtimedwait:
		return in_timespec(t, 2);
	case SYS_pselect6:
		return in_timespec(t, 4);
	case SYS_semtimedop:
		return in_timespec(t, 3);
	case SYS_mq_timedsend:
	case SYS_mq_timedreceive:
		return read_timespec(t, 4, &point) &&
		       limited_by_point(t, until_point(0, point), 4);
	case SYS_futex:
		return futex_limit(t);
	case SYS_nanosleep:
		return sleeps(t, 0, 1, false, 0);
	case SYS_clock_nanosleep:
		return sleeps(t, 2, 3, t->args[1] & TIMER_ABSTIME,
			      slot_of(t->args[0]));
	default:
		return in_socket(t);
	}
}

/* What a call returns when its time is over. */
static long
result_of(const struct tracee *t)
{
	switch (t->number) {
	case SYS_futex:
	case SYS_mq_timedsend:
	case SYS_mq_timedreceive:
		return -ETIMEDOUT;
	case SYS_rt_sigtimedwait:
	case SYS_semtimedop:
		return -EAGAIN;
	default:
		return option_of(t) != 0 ? -EAGAIN : 0;
	}
}

/* select(2) leaves empty sets when its time is over. */
static void
empty_sets(const struct tracee *t)
{
	static const char zero[1024 / 8];
	size_t size = ((size_t)t->args[0] + 63) / 64 * 8;

	if (size > sizeof(zero))
		size = sizeof(zero);
	for (int i = 1; i <= 3; i++)
		if (t->args[i] != 0)
			memory_write(t->tid, t->args[i], zero, size);
}

/* At its exit: what it returns, if its time is over. */
void
limits_exit(struct tracee *t, long *result)
{
	if (!t->timed)
		return;
	t->timed = false;
	if (t->expired && (*result == -EINTR || (*result <= -RESTART_SYS &&
						 *result >= -RESTART_BLOCK))) {
		*result = result_of(t);
		arch_result(t->tid, *result, false);
		if (call_is(t->call, "select"))
			empty_sets(t);
		return;
	}
	/* With a limit, the kernel would not begin these again. */
	if (t->number == SYS_futex && *result == -RESTART_SYS) {
		*result = -RESTART_NOHAND;
		arch_result(t->tid, *result, true);
	}
	if (t->left_at != 0 && *result <= -RESTART_SYS) {
		int64_t left =
		    t->until > time_now() ? t->until - time_now() : 0;
		struct timespec rest = { left / SECOND, left % SECOND };

		memory_write(t->tid, t->left_at, &rest, sizeof(rest));
	}
}
