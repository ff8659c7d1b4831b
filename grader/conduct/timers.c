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
 * Left to the kernel: SO_RCVTIMEO and SO_SNDTIMEO, timers of processor time, and
 * io_uring. A process that uses the first is never taken for deadlocked.
 */
#define _GNU_SOURCE
#include "conduct.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum {
	TIMERS_MAX = 64,
	BELOW_STACK = 2048, /* room that no program uses */
	STACK_WORDS = 4096,
	CLOCKS = 12,
	READABLE_MS = 1000,
};
#define SECOND	1000000000LL
#define CENTURY (100LL * 365 * 86400) /* in seconds */

enum timer_kind { ALARM, POSIX, DESCRIPTOR };
static struct timer {
	enum timer_kind kind;
	pid_t tgid;
	int id;		  /* of POSIX; the descriptor */
	int copy;	  /* our own descriptor of it */
	int64_t at;	  /* FOREVER: not set */
	int64_t interval; /* 0: once */
	int notify, signal;
	pid_t thread;
	uint64_t value;
} timers[TIMERS_MAX];
static int ntimers;

static int64_t passed;	     /* since the run began */
static int64_t base[CLOCKS]; /* what the clocks showed then */
static bool slow;

static const struct {
	clockid_t clock;
	int slot;
} virtual_clocks[] = {
	{ CLOCK_REALTIME, 0 },	    { CLOCK_REALTIME_COARSE, 0 },
	{ CLOCK_MONOTONIC, 1 },	    { CLOCK_MONOTONIC_COARSE, 1 },
	{ CLOCK_MONOTONIC_RAW, 2 }, { CLOCK_BOOTTIME, 3 },
	{ CLOCK_TAI, 4 },
};

static int64_t
nanoseconds(struct timespec t)
{
	if (t.tv_sec >= CENTURY * 10)
		return FOREVER;
	return t.tv_sec * SECOND + t.tv_nsec;
}

void
time_reset(void)
{
	static const clockid_t clocks[] = { CLOCK_REALTIME, CLOCK_MONOTONIC,
					    CLOCK_MONOTONIC_RAW, CLOCK_BOOTTIME,
					    CLOCK_TAI };
	struct timespec t;

	for (int i = 0; i < ntimers; i++)
		if (timers[i].kind == DESCRIPTOR)
			close(timers[i].copy);
	ntimers = 0;
	passed = 0;
	slow = false;
	for (int i = 0; i < 5; i++)
		if (clock_gettime(clocks[i], &t) == 0)
			base[i] = nanoseconds(t);
}

int64_t
time_now(void)
{
	return passed;
}

void
time_pass(int64_t ns)
{
	passed += ns;
}

/* Whether the kernel may wake somebody later, by itself. */
bool
time_slow(void)
{
	return slow;
}

static int
slot_of(uint64_t clock)
{
	for (size_t i = 0;
	     i < sizeof(virtual_clocks) / sizeof(virtual_clocks[0]); i++)
		if ((clockid_t)clock == virtual_clocks[i].clock)
			return virtual_clocks[i].slot;
	return -1;
}

/*
 * The calls that read a clock. They end here: the result is in the program's
 * memory, and the call is skipped.
 */
static void
read_clock(struct tracee *t)
{
	int slot = 0;
	bool done = false;
	long result = 0;

	time_pass(t->idle > 64 ? 1000000 : 1000);
	if (t->number == SYS_clock_gettime)
		slot = slot_of(t->args[0]);
	if (slot < 0)
		return;
	int64_t now = base[slot] + passed;
	if (t->number == SYS_clock_gettime) {
		struct timespec show = { now / SECOND, now % SECOND };

		done = memory_write(t->tid, t->args[1], &show, sizeof(show));
	} else if (t->number == SYS_gettimeofday) {
		struct timeval show = { now / SECOND, now % SECOND / 1000 };

		done = t->args[1] == 0 &&
		       memory_write(t->tid, t->args[0], &show, sizeof(show));
	} else {
		time_t show = now / SECOND;

		result = show;
		done = t->args[0] == 0 ||
		       memory_write(t->tid, t->args[0], &show, sizeof(show));
	}
	if (done)
		arch_skip(t->tid, result);
}

/* ---- calls that sleep for a time */

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

	return at == FOREVER ? FOREVER : at - base[slot] - passed;
}

/* Keeps t's arguments, to be put back at the exit. */
static void
save(struct tracee *t)
{
	memcpy(t->saved_args, t->args, sizeof(t->args));
	t->saved = true;
}

static bool
limited(struct tracee *t, int64_t length, int argument, uint64_t none)
{
	if (length == 0)
		return false; /* it only looks */
	t->timed = true;
	if (t->until == FOREVER && length != FOREVER)
		t->until = passed + length;
	save(t);
	arch_set_arg(t->tid, argument, none);
	return true;
}

/* The same for a point in time: if it has passed, in the kernel's eyes, too. */
static bool
limited_by_point(struct tracee *t, int64_t length, int argument)
{
	static const struct timespec past;
	uint64_t room = (arch_sp(t->tid) - BELOW_STACK) & ~15ULL;

	if (length > 0)
		return limited(t, length, argument, 0);
	if (!memory_write(t->tid, room, &past, sizeof(past)))
		return false;
	save(t);
	arch_set_arg(t->tid, argument, room);
	return true;
}

/* A sleep: the kernel gets one of many years, from below the stack. */
static bool
sleeps(struct tracee *t, int request, int rest, bool absolute, int slot)
{
	struct timespec length, years = { .tv_sec = CENTURY };
	uint64_t room = (arch_sp(t->tid) - BELOW_STACK) & ~15ULL;
	int64_t ns;

	if (slot < 0 || !read_timespec(t, request, &length))
		return false;
	ns = absolute ? until_point(slot, length) : nanoseconds(length);
	if (ns <= 0)
		return false;
	if (absolute)
		years.tv_sec += base[slot] / SECOND;
	if (!memory_write(t->tid, room, &years, sizeof(years)))
		return false;
	t->left_at = absolute ? 0 : t->args[rest];
	return limited(t, ns, request, room);
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
	       limited(t, nanoseconds(value), n, 0);
}

static bool
in_milliseconds(struct tracee *t, int n)
{
	int ms = (int)t->args[n];

	return ms > 0 && limited(t, ms * 1000000LL, n, (uint64_t)-1);
}

/* ---- timers */

static struct timer *
timer_of(enum timer_kind kind, pid_t tgid, int id, bool make)
{
	for (int i = 0; i < ntimers; i++)
		if (timers[i].kind == kind && timers[i].tgid == tgid &&
		    timers[i].id == id)
			return &timers[i];
	if (!make || ntimers == TIMERS_MAX)
		return NULL;
	timers[ntimers] = (struct timer){
		.kind = kind, .tgid = tgid, .id = id, .copy = -1, .at = FOREVER
	};
	return &timers[ntimers++];
}

static int64_t
left_of(const struct timer *timer)
{
	if (timer->at == FOREVER)
		return 0;
	return timer->at > passed ? timer->at - passed : 1;
}

static void
skip(struct tracee *t, long result)
{
	arch_skip(t->tid, result);
	t->forced = true;
	t->result = result;
}

static bool
set_alarm(struct tracee *t)
{
	struct timer *timer = timer_of(ALARM, t->tgid, 0, true);
	int64_t seconds = (unsigned)t->args[0];

	if (timer == NULL)
		return false;
	int64_t left = left_of(timer);
	timer->signal = SIGALRM;
	timer->interval = 0;
	timer->at = seconds == 0 ? FOREVER : passed + seconds * SECOND;
	skip(t, left == 0 ? 0 : (left + SECOND / 2) / SECOND ?: 1);
	return true;
}

static struct itimerval
as_timeval(const struct timer *timer)
{
	int64_t left = left_of(timer), interval = timer->interval;
	struct itimerval value = {
		.it_value = { left / SECOND, (left % SECOND + 999) / 1000 },
		.it_interval = { interval / SECOND, interval % SECOND / 1000 },
	};

	return value;
}

static bool
set_itimer(struct tracee *t)
{
	struct timer *timer = timer_of(ALARM, t->tgid, 0, true);
	bool get = t->number == SYS_getitimer;
	uint64_t old_at = get ? t->args[1] : t->args[2];
	struct itimerval new = { 0 }, old;

	if (timer == NULL || t->args[0] != ITIMER_REAL)
		return false;
	if (!get && (!memory_read(t->tid, t->args[1], &new, sizeof(new)) ||
		     new.it_value.tv_usec < 0 || new.it_value.tv_usec > 999999))
		return false;
	old = as_timeval(timer);
	if (old_at != 0 && !memory_write(t->tid, old_at, &old, sizeof(old)))
		return false;
	if (!get) {
		int64_t first =
		    new.it_value.tv_sec *SECOND + new.it_value.tv_usec * 1000;

		timer->signal = SIGALRM;
		timer->interval = new.it_interval.tv_sec *SECOND +
				  new.it_interval.tv_usec * 1000;
		timer->at = first == 0 ? FOREVER : passed + first;
	}
	skip(t, 0);
	return true;
}

static struct itimerspec
as_timespec(const struct timer *timer)
{
	int64_t left = left_of(timer), interval = timer->interval;
	struct itimerspec value = {
		.it_value = { left / SECOND, left % SECOND },
		.it_interval = { interval / SECOND, interval % SECOND },
	};

	return value;
}

static void
arm(struct timer *timer, const struct itimerspec *new, bool absolute, int slot)
{
	int64_t first = nanoseconds(new->it_value);

	timer->interval = nanoseconds(new->it_interval);
	if (first == 0)
		timer->at = FOREVER;
	else if (absolute)
		timer->at = first - base[slot < 0 ? 0 : slot];
	else
		timer->at = passed + first;
}

static bool
set_posix(struct tracee *t)
{
	struct timer *timer = timer_of(POSIX, t->tgid, (int)t->args[0], false);
	bool get = t->number == SYS_timer_gettime;
	uint64_t old_at = get ? t->args[1] : t->args[3];
	struct itimerspec new, old;

	if (timer == NULL)
		return false;
	if (!get && !memory_read(t->tid, t->args[2], &new, sizeof(new)))
		return false;
	old = as_timespec(timer);
	if (old_at != 0 && !memory_write(t->tid, old_at, &old, sizeof(old)))
		return false;
	if (!get)
		arm(timer, &new, t->args[1] & TIMER_ABSTIME, timer->copy);
	skip(t, 0);
	return true;
}

/* Our own descriptor of what t has as `fd`, or -1. */
static int
borrow(const struct tracee *t, int fd)
{
	int pidfd = (int)syscall(SYS_pidfd_open, t->tgid, 0);
	int copy;

	if (pidfd == -1)
		return -1;
	copy = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	close(pidfd);
	return copy;
}

static bool
set_descriptor(struct tracee *t)
{
	bool get = t->number == SYS_timerfd_gettime;
	uint64_t old_at = get ? t->args[1] : t->args[3];
	struct timer *timer;
	struct itimerspec new, old;

	if (!get && !memory_read(t->tid, t->args[2], &new, sizeof(new)))
		return false;
	timer = timer_of(DESCRIPTOR, t->tgid, (int)t->args[0], !get);
	if (timer == NULL)
		return false;
	if (!get) {
		static const struct itimerspec never;

		if (timer->copy != -1)
			close(timer->copy);
		timer->copy = borrow(t, (int)t->args[0]);
		if (timer->copy == -1 ||
		    timerfd_settime(timer->copy, 0, &never, NULL) == -1) {
			timer->at = FOREVER;
			slow = true;
			return false;
		}
	}
	old = as_timespec(timer);
	if (old_at != 0 && !memory_write(t->tid, old_at, &old, sizeof(old)))
		return false;
	if (!get)
		arm(timer, &new, t->args[1] & TFD_TIMER_ABSTIME, 1);
	skip(t, 0);
	return true;
}

/* Also called at the exit of timer_create and timer_delete. */
static void
posix_made(struct tracee *t)
{
	struct sigevent event;
	struct timer *timer;
	int id;

	if (!memory_read(t->tid, t->args[2], &id, sizeof(id)) ||
	    (timer = timer_of(POSIX, t->tgid, id, true)) == NULL)
		return;
	timer->copy = slot_of(t->args[0]);
	timer->notify = SIGEV_SIGNAL;
	timer->signal = SIGALRM;
	timer->value = (uint64_t)id;
	if (t->args[1] != 0 &&
	    memory_read(t->tid, t->args[1], &event, sizeof(event))) {
		timer->notify = event.sigev_notify;
		timer->signal = event.sigev_signo;
		timer->value = (uint64_t)(uintptr_t)event.sigev_value.sival_ptr;
		memcpy(&timer->thread, &event._sigev_un, sizeof(pid_t));
	}
}

/*
 * At the entry of a call: what has to do with time. Returns whether anything
 * was changed.
 */
bool
time_entry(struct tracee *t)
{
	t->timed = t->expired = false;
	t->left_at = 0;
	if (options.open || t->number < 0)
		return false;
	switch (t->number) {
	case SYS_clock_gettime:
	case SYS_gettimeofday:
#ifdef __x86_64__
	case SYS_time:
#endif
		read_clock(t);
		return true;
#ifdef __x86_64__
	case SYS_poll:
		return in_milliseconds(t, 2);
	case SYS_epoll_wait:
		return in_milliseconds(t, 3);
	case SYS_select: {
		struct timeval v;

		return memory_read(t->tid, t->args[4], &v, sizeof(v)) &&
		       limited(t, v.tv_sec * SECOND + v.tv_usec * 1000, 4, 0);
	}
	case SYS_alarm:
		return set_alarm(t);
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
	case SYS_mq_timedreceive: {
		struct timespec v;

		if (!read_timespec(t, 4, &v))
			return false;
		return limited_by_point(t, until_point(0, v), 4);
	}
	case SYS_futex:
		return futex_limit(t);
	case SYS_nanosleep:
		return sleeps(t, 0, 1, false, 0);
	case SYS_clock_nanosleep:
		return sleeps(t, 2, 3, t->args[1] & TIMER_ABSTIME,
			      slot_of(t->args[0]));
	case SYS_setitimer:
	case SYS_getitimer:
		return set_itimer(t);
	case SYS_timer_settime:
	case SYS_timer_gettime:
		return set_posix(t);
	case SYS_timerfd_settime:
	case SYS_timerfd_gettime:
		return set_descriptor(t);
	case SYS_setsockopt:
		if (t->args[1] == SOL_SOCKET &&
		    (t->args[2] == SO_RCVTIMEO || t->args[2] == SO_SNDTIMEO))
			slow = true;
		return false;
	case SYS_socket:
		if ((t->args[0] == AF_INET || t->args[0] == AF_INET6))
			slow = true;
		return false;
	default:
		return false;
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
		return 0;
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

/* At the exit of a call. */
void
time_exit(struct tracee *t, long *result)
{
	if (t->number == SYS_timer_create && *result == 0)
		posix_made(t);
	if (t->number == SYS_timer_delete && *result == 0) {
		struct timer *timer =
		    timer_of(POSIX, t->tgid, (int)t->args[0], false);

		if (timer != NULL)
			*timer = timers[--ntimers];
	}
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
		int64_t left = t->until > passed ? t->until - passed : 0;
		struct timespec rest = { left / SECOND, left % SECOND };

		memory_write(t->tid, t->left_at, &rest, sizeof(rest));
	}
}

/* ---- when all sleep */

/*
 * The first time limit or timer to come, or FOREVER; not the scenario's own,
 * unless `all`. Sets *who to the one whose call it ends, or *timer (else -1).
 */
int64_t
time_next(bool all, struct tracee **who, int *timer)
{
	int64_t first = FOREVER;

	*who = NULL;
	*timer = -1;
	for (struct tracee *t = tracees; t < tracees + ntracees; t++) {
		if (t->state != ASLEEP || !t->timed || t->until >= first ||
		    (t->scenario && !all))
			continue;
		first = t->until;
		*who = t;
	}
	for (int i = 0; i < ntimers; i++) {
		if (timers[i].at >= first)
			continue;
		first = timers[i].at;
		*who = NULL;
		*timer = i;
	}
	return first;
}

static void
ring(struct timer *timer)
{
	static const struct itimerspec soon = { .it_value = { 0, 1 } };
	struct pollfd readable = { .fd = timer->copy, .events = POLLIN };
	siginfo_t info;

	run.check_all = true;
	switch (timer->kind) {
	case ALARM:
		kill(timer->tgid, SIGALRM);
		break;
	case POSIX:
		memset(&info, 0, sizeof(info));
		info.si_signo = timer->signal;
		info.si_code = SI_TIMER;
		info.si_value.sival_ptr = (void *)(uintptr_t)timer->value;
		if (timer->notify == SIGEV_SIGNAL)
			syscall(SYS_rt_sigqueueinfo, timer->tgid, timer->signal,
				&info);
		else if (timer->notify == SIGEV_THREAD_ID)
			syscall(SYS_rt_tgsigqueueinfo, timer->tgid,
				timer->thread, timer->signal, &info);
		break;
	case DESCRIPTOR:
		timerfd_settime(timer->copy, 0, &soon, NULL);
		poll(&readable, 1, READABLE_MS);
		break;
	}
	if (timer->interval == 0)
		timer->at = FOREVER;
	else
		timer->at = passed + timer->interval;
}

/*
 * Ends t's sleep, or lets a timer ring: its time has come. False if nothing
 * came of it.
 */
bool
time_fire(struct tracee *t, int timer)
{
	if (t == NULL) {
		if (timers[timer].at > passed)
			passed = timers[timer].at;
		ring(&timers[timer]);
		return true;
	}
	if (t->until != FOREVER && t->until > passed)
		passed = t->until;
	t->expired = true;
	ptrace(PTRACE_INTERRUPT, t->tid, 0, 0);
	step_await(t, false);
	wake(t);
	return t->state == READY;
}

void
time_forget(pid_t tgid)
{
	for (int i = 0; i < ntimers; i++) {
		if (timers[i].tgid != tgid)
			continue;
		if (timers[i].kind == DESCRIPTOR)
			close(timers[i].copy);
		timers[i--] = timers[--ntimers];
	}
}

/*
 * At the end of execve: takes the vDSO out of the list that the kernel has left
 * on the new stack.
 */
void
time_hide_vdso(struct tracee *t)
{
	static uint64_t word[STACK_WORDS];
	uint64_t sp = arch_sp(t->tid);
	size_t n = STACK_WORDS, i = 1; /* after argc */

	if (options.open)
		return;
	/* As much as there is above: the end of the stack may be near. */
	while (n > 0 && !memory_read_all(t->tid, sp, word, n * sizeof(*word)))
		n -= n / 8 + 1;
	for (int nulls = 0; i < n && nulls < 2;
	     i++) /* arguments, environment */
		nulls += word[i] == 0;
	for (; i + 1 < n && word[i] != AT_NULL; i += 2) {
		static const uint64_t ignore = AT_IGNORE;

		if (word[i] == AT_SYSINFO_EHDR)
			memory_write(t->tid, sp + i * sizeof(*word), &ignore,
				     sizeof(ignore));
	}
}
