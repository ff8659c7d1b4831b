/*
 * alarm, setitimer(ITIMER_REAL), timer_settime, timerfd_settime: the kernel never
 * hears of them. When their time has come, they ring from here.
 */
#define _GNU_SOURCE
#include "old_calls.h"
#include "virtual.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { TIMERS_MAX = 64, READABLE_MS = 1000 };

enum timer_kind { ALARM, POSIX, DESCRIPTOR };
static struct timer {
	enum timer_kind kind;
	pid_t tgid;
	int id;		  /* of POSIX; the descriptor */
	int copy;	  /* of DESCRIPTOR: our own */
	int slot;	  /* of POSIX: its clock */
	int64_t at;	  /* FOREVER: not set */
	int64_t interval; /* 0: once */
	int notify, signal;
	pid_t thread;
	uint64_t value;
} timers[TIMERS_MAX];
static int ntimers;

void
timers_reset(void)
{
	for (int i = 0; i < ntimers; i++)
		if (timers[i].kind == DESCRIPTOR)
			close(timers[i].copy);
	ntimers = 0;
}

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
	return timer->at > time_now() ? timer->at - time_now() : 1;
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
	timer->at = seconds == 0 ? FOREVER : time_now() + seconds * SECOND;
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
		    SECOND * new.it_value.tv_sec + 1000 * new.it_value.tv_usec;

		timer->signal = SIGALRM;
		timer->interval = SECOND * new.it_interval.tv_sec +
				  1000 * new.it_interval.tv_usec;
		timer->at = first == 0 ? FOREVER : time_now() + first;
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
		timer->at = first - clock_base(slot < 0 ? 0 : slot);
	else
		timer->at = time_now() + first;
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
		arm(timer, &new, t->args[1] & TIMER_ABSTIME, timer->slot);
	skip(t, 0);
	return true;
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
		timer->copy = object_borrow(t, (int)t->args[0]);
		if (timer->copy == -1 ||
		    timerfd_settime(timer->copy, 0, &never, NULL) == -1) {
			timer->at = FOREVER;
			time_is_slow();
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
	timer->slot = slot_of(t->args[0]);
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

/* At the entry of a call: whether it is one of these, and done. */
bool
timers_entry(struct tracee *t)
{
	switch (t->number) {
	case SYS_alarm:
		return set_alarm(t);
	case SYS_setitimer:
	case SYS_getitimer:
		return set_itimer(t);
	case SYS_timer_settime:
	case SYS_timer_gettime:
		return set_posix(t);
	case SYS_timerfd_settime:
	case SYS_timerfd_gettime:
		return set_descriptor(t);
	default:
		return false;
	}
}

static void
drop(struct timer *timer)
{
	if (timer->kind == DESCRIPTOR)
		close(timer->copy);
	*timer = timers[--ntimers];
}

/* At the exit of a call. */
void
timers_exit(struct tracee *t, long result)
{
	struct timer *timer;

	if (t->number == SYS_timer_create && result == 0)
		posix_made(t);
	if (t->number == SYS_timer_delete && result == 0) {
		timer = timer_of(POSIX, t->tgid, (int)t->args[0], false);
		if (timer != NULL)
			drop(timer);
	}
}

/* The first that rings, or FOREVER. */
int64_t
timers_next(int *which)
{
	int64_t first = FOREVER;

	*which = -1;
	for (int i = 0; i < ntimers; i++)
		if (timers[i].at < first) {
			first = timers[i].at;
			*which = i;
		}
	return first;
}

/* Its time has come. */
void
timers_ring(int which)
{
	struct timer *timer = &timers[which];
	static const struct itimerspec soon = { .it_value = { 0, 1 } };
	struct pollfd readable = { .fd = timer->copy, .events = POLLIN };
	siginfo_t info;

	clock_jump(timer->at);
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
		timer->at = time_now() + timer->interval;
}

/* t's process has ended (`all`), or runs another program. */
void
time_forget(pid_t tgid, bool all)
{
	for (int i = 0; i < ntimers; i++)
		if (timers[i].tgid == tgid && (all || timers[i].kind == POSIX))
			drop(&timers[i--]);
}
