/*
 * The functions of the monitor, while calls of pthread fail, or come back from
 * a wait for no reason, or with a dead owner; or while another process that makes
 * the monitor takes its time.
 *
 *	failing shared|waiter|start|enter|wait WORD
 *
 * Prints WORD, or in one line what is wrong.
 */
#include "common.h"
#include <dlfcn.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <sys/select.h>
#include <sys/time.h>
#include <time.h>

typedef int mutex_function(pthread_mutex_t *);
static mutex_function *real_lock, *real_unlock, *real_consistent;

/*
 * Which call fails, its name, and how; which of them were made. LOCK and those
 * below it are calls of other functions than monitor_start.
 */
enum { LOCK = -1, CONSISTENT = -2, BROADCAST = -3 };
static int failing, failure, calls;
static const char *failed = "";
static int waits, timed, consistents, held, entries;
static int broadcasts; /* since the last wait */
static int lost;       /* the lock: who unlocks it all the same is told so */
static int deaths; /* so many die inside, each as soon as the lock is free */
static int (*on_wait)(void);
static int told;    /* what the last wait returned */
static long needed; /* the amount that is waited for */
static int thefts;  /* so often another one empties account 0, if it can */

/*
 * Another process makes the monitor: after so many naps of who waits for it, which
 * all take no time, `state` is what `at_last` says. A signal ends one of them.
 */
enum { NAPS = 300000, INTERRUPTED = 17 };
static int naps, at_last;
static sigjmp_buf waits_on;

static int
nap(int interrupted)
{
	if (++naps == NAPS)
		bank->state = at_last;
	if (naps == 2 * NAPS)
		siglongjmp(waits_on, 1);
	if (naps != INTERRUPTED)
		return 0;
	errno = EINTR;
	return interrupted;
}

/* For who sleeps in another way, or not at all: a second is as long. */
static void
on_alarm(int signal)
{
	(void)signal;
	if (naps % NAPS == 0) {
		naps += NAPS - 1;
		nap(0);
	}
}

/* A function that naps, and what it returns when a signal ends the nap. */
#define NAP(type, interrupted, function, ...)  \
	type function(__VA_ARGS__)             \
	{                                      \
		return (type)nap(interrupted); \
	}

// clang-format off
NAP(int, -1, nanosleep, const struct timespec *a __attribute__((unused)),
    struct timespec *b __attribute__((unused)))
NAP(int, EINTR, clock_nanosleep, clockid_t a __attribute__((unused)),
    int b __attribute__((unused)),
    const struct timespec *c __attribute__((unused)),
    struct timespec *d __attribute__((unused)))
NAP(int, -1, usleep, useconds_t a __attribute__((unused)))
NAP(unsigned, 1, sleep, unsigned a __attribute__((unused)))
NAP(int, 0, sched_yield, void)
NAP(int, -1, poll, struct pollfd *a __attribute__((unused)),
    nfds_t b __attribute__((unused)), int c __attribute__((unused)))
NAP(int, -1, select, int a __attribute__((unused)),
    fd_set *b __attribute__((unused)), fd_set *c __attribute__((unused)),
    fd_set *d __attribute__((unused)),
    struct timeval *e __attribute__((unused)))
NAP(long, -1, syscall, long a __attribute__((unused)), ...) // futex
// clang-format on

/* For each call that may fail in monitor_start. */
static int
fails(const char *function)
{
	if (++calls != failing)
		return 0;
	failed = function;
	return 1;
}

/* Calls the C library's function of that name, unless this call is to fail. */
#define STAND_IN(function, type)                                          \
	int function(type *a)                                             \
	{                                                                 \
		if (fails(#function))                                     \
			return failure;                                   \
		return ((int (*)(type *))dlsym(RTLD_NEXT, #function))(a); \
	}
#define STAND_IN_SET(function, type)                                        \
	int function(type *a, int value)                                    \
	{                                                                   \
		if (fails(#function))                                       \
			return failure;                                     \
		return ((int (*)(type *, int))dlsym(RTLD_NEXT, #function))( \
		    a, value);                                              \
	}

STAND_IN(pthread_mutexattr_init, pthread_mutexattr_t)
STAND_IN(pthread_condattr_init, pthread_condattr_t)
STAND_IN_SET(pthread_mutexattr_setpshared, pthread_mutexattr_t)
STAND_IN_SET(pthread_mutexattr_setrobust, pthread_mutexattr_t)
STAND_IN_SET(pthread_condattr_setpshared, pthread_condattr_t)

int
pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *a)
{
	int shared = PTHREAD_PROCESS_PRIVATE;

	if (a != NULL)
		pthread_mutexattr_getpshared(a, &shared);
	if (shared != PTHREAD_PROCESS_SHARED)
		complain("pthread_mutex_init: no attribute says "
			 "PTHREAD_PROCESS_SHARED, so the mutex is for one "
			 "process");
	if (fails(__func__))
		return failure;
	return ((int (*)(pthread_mutex_t *, const pthread_mutexattr_t *))dlsym(
	    RTLD_NEXT, "pthread_mutex_init"))(m, a);
}

/* There is an older function of this name, with another structure. */
int
pthread_cond_init(pthread_cond_t *restrict c,
		  const pthread_condattr_t *restrict a)
{
	int shared = PTHREAD_PROCESS_PRIVATE;
	void *function = dlvsym(RTLD_NEXT, "pthread_cond_init", "GLIBC_2.3.2");

	if (function == NULL)
		function = dlsym(RTLD_NEXT, "pthread_cond_init");
	if (a == NULL || pthread_condattr_getpshared(a, &shared) != 0 ||
	    shared != PTHREAD_PROCESS_SHARED)
		complain("pthread_cond_init: no attribute says "
			 "PTHREAD_PROCESS_SHARED, so the condition variable "
			 "is for one process");
	if (fails(__func__))
		return failure;
	return ((int (*)(pthread_cond_t *,
			 const pthread_condattr_t *))function)(c, a);
}

/* Another one, inside meanwhile, moves what is in account 0. */
static void
steal(void)
{
	if (thefts == 0 || bank->balance[1] != START)
		return;
	thefts--;
	bank->balance[5] += bank->balance[0];
	bank->balance[0] = 0;
}

int
pthread_mutex_lock(pthread_mutex_t *m)
{
	int error;

	lost = failing == LOCK;
	if (lost)
		return failure;
	if (held)
		complain("it locks the mutex that it holds");
	if (++entries > 9)
		complain("it leaves and enters again and again: it does not "
			 "wait at the condition variable");
	if (thefts == 2)
		steal();
	error = real_lock(m);
	held = 1;
	return error;
}

int
pthread_mutex_unlock(pthread_mutex_t *m)
{
	if (!held && lost)
		return EPERM;
	if (!held)
		complain("it unlocks the mutex, and does not hold it");
	held = 0;
	int error = real_unlock(m);
	steal();
	if (deaths > 0) {
		deaths--;
		die_inside();
	}
	return error;
}

int
pthread_mutex_consistent(pthread_mutex_t *m)
{
	if (!held)
		complain("it calls pthread_mutex_consistent, and does not hold "
			 "the mutex");
	consistents++;
	lost = failing == CONSISTENT;
	return lost ? failure : real_consistent(m);
}

/* Nobody waits here. */
int
pthread_cond_broadcast(pthread_cond_t *c)
{
	(void)c;
	broadcasts++;
	return failing == BROADCAST ? failure : 0;
}

int
pthread_cond_wait(pthread_cond_t *restrict c, pthread_mutex_t *restrict m)
{
	int error;

	(void)c;
	(void)m;
	if (!held)
		complain("it waits, and does not hold the mutex%s",
			 failing == CONSISTENT ? ", since taking over fails"
					       : "");
	if (++waits > 9 && told != 0 && told != EOWNERDEAD)
		complain("the wait returns %s, and it waits again and again",
			 strerrorname_np(told));
	if (waits > 9)
		complain("it waits again and again, for %ld of the %ld that "
			 "are there",
			 needed, bank->balance[0]);
	broadcasts = 0;
	error = told = on_wait();
	lost = error == ENOTRECOVERABLE;
	held = !lost;
	return error;
}

/* With a time limit: the first time it is over before anything comes. */
int
pthread_cond_timedwait(pthread_cond_t *restrict c, pthread_mutex_t *restrict m,
		       const struct timespec *restrict end)
{
	(void)end;
	return timed++ == 0 ? ETIMEDOUT : pthread_cond_wait(c, m);
}

/* It waits until state is `then`. */
static void
try_waiter(int then)
{
	const struct itimerval second = { { 1, 0 }, { 1, 0 } }, never = { 0 };
	int error;

	memset((void *)bank, 0, sizeof(*bank));
	if (then == READY)
		make_monitor();
	bank->balance[0] = 7;
	bank->state = MAKING;
	at_last = then;
	naps = 0;
	setitimer(ITIMER_REAL, &second, NULL);
	if (sigsetjmp(waits_on, 1) != 0)
		complain(then == READY
			     ? "state is READY, and one that waited for that "
			       "waits on"
			     : "the process that made the monitor has met an "
			       "error, and state is NEW again: one that waited "
			       "for it waits on");
	error = monitor_start(bank);
	setitimer(ITIMER_REAL, &never, NULL);
	if (naps < NAPS && error == 0 && bank->state == READY)
		complain("another process makes the monitor, and state is "
			 "MAKING: who waits for it makes it, too, after %d "
			 "naps",
			 naps);
	if (naps == 0 && error == 0 && then == NEW)
		complain("another process makes a second bank, and its state "
			 "is MAKING: who has waited for the first one returns "
			 "0 here, and has not waited");
	if (naps < NAPS)
		complain("another process makes the monitor, and state is "
			 "MAKING: who waits for it returns %s after %d naps%s",
			 error == 0 ? "0" : strerrorname_np(error), naps,
			 naps == INTERRUPTED ? ", of which a signal has ended "
					       "the last"
					     : "");
	if (then == READY && (error != 0 || bank->balance[0] != 7))
		complain("another process has made the monitor: who has "
			 "waited for it %s",
			 error != 0 ? "returns an error number"
				    : "makes it again");
	if (error == 0 && bank->state != READY)
		complain("the process that made the monitor has met an error, "
			 "and state is NEW again: one that waited for it "
			 "returns 0, and state is %s, not READY",
			 state_name());
}

static void
try_start(void)
{
	int all;

	failing = 0;
	if (monitor_start(bank) != 0 || calls == 0)
		complain("monitor_start makes no monitor");
	all = calls;
	for (int n = 0; n < 2 * all; n++) {
		memset((void *)bank, 0, sizeof(*bank));
		calls = entries = 0;
		failing = n / 2 + 1;
		failure = n % 2 == 0 ? ENOMEM : EAGAIN;
		int error = monitor_start(bank);
		if (error != failure)
			complain("%s fails with %s: monitor_start returns %d",
				 failed, strerrorname_np(failure), error);
		if (bank->state != NEW)
			complain("%s fails: state is %s, not NEW", failed,
				 state_name());
		// The calls are counted on: of these, none fails.
		error = monitor_start(bank);
		for (int i = 0; i < ACCOUNTS; i++)
			if (error != 0 || bank->balance[i] != START)
				complain("%s fails, and monitor_start is "
					 "called again: it returns %d, and "
					 "account %d has %ld, not %d",
					 failed, error, i, bank->balance[i],
					 START);
	}
}

/* Its sum is what no transfer may change that has failed. */
static void
check_failed(const char *what, int error, int wanted)
{
	if (bank->balance[0] != START || bank->balance[1] != START)
		complain("%s: money was moved all the same", what);
	if (error != wanted)
		complain("%s: it returns %d, not %s", what, error,
			 strerrorname_np(wanted));
	if (held)
		complain("%s: it returns with the lock", what);
}

static void
die_half_way(void)
{
	bank->note.from = 3;
	bank->note.to = 4;
	bank->note.from_had = bank->balance[3];
	bank->note.to_had = bank->balance[4];
	bank->note.valid = 1;
	bank->balance[3] -= 10;
	die_inside();
}

static void
try_enter(void)
{
	int error;

	make_monitor();
	failing = LOCK;
	failure = ENOTRECOVERABLE;
	check_failed("the lock fails", monitor_enter(bank), ENOTRECOVERABLE);
	held = 0;
	failing = 0;
	// Whoever lets go of the lock while it takes over may lose it.
	die_inside();
	deaths = 1;
	error = monitor_enter(bank);
	deaths = 0;
	if (error != 0)
		complain("an owner died, and who takes over lets go of the "
			 "lock: another owner dies, and monitor_enter returns "
			 "%s",
			 strerrorname_np(error));
	pthread_mutex_unlock(&bank->lock);
	die_inside();
	failing = CONSISTENT;
	failure = EINVAL;
	check_failed("pthread_mutex_consistent fails", monitor_enter(bank),
		     EINVAL);
}

/* What happens in the waits, one after the other. */
static int
nothing_comes(void)
{
	if (waits == 4)
		bank->balance[0] = 150;
	return 0;
}

static int
owner_dies(void)
{
	real_unlock(&bank->lock);
	held = 0;
	if (waits == 2)
		bank->balance[0] = 150;
	die_half_way();
	return real_lock(&bank->lock);
}

static int
take_over_fails(void)
{
	failing = CONSISTENT;
	return owner_dies();
}

static int
is_lost(void)
{
	if (waits == 1)
		return 0;
	real_unlock(&bank->lock);
	return ENOTRECOVERABLE;
}

/* It keeps the lock then. */
static int
is_refused(void)
{
	return EINVAL;
}

static int
money_comes(void)
{
	bank->balance[0] = START;
	return 0;
}

/*
 * Others are inside when the lock is free: after the first stay, or before it, too.
 * And then a broadcast fails.
 */
static void
try_stay(void)
{
	on_wait = money_comes;
	needed = 60;
	for (int most = 1; most <= 2; most++) {
		make_monitor();
		waits = entries = 0;
		thefts = most;
		transfer(bank, 0, 1, needed);
		thefts = 0;
		if (bank->balance[0] < 0)
			complain("between the look at the balance and the move "
				 "the lock was free, and another one took the "
				 "money: the account has %ld",
				 bank->balance[0]);
	}
	failing = BROADCAST;
	failure = EINVAL;
	transfer(bank, 1, 0, 1);
	failing = 0;
	if (held)
		complain("pthread_cond_broadcast fails: transfer returns with "
			 "the lock");
}

static void
try_wait(int (*what)(void), const char *words, int wanted)
{
	long all = what == nothing_comes ? TOTAL : 250;
	int error;

	make_monitor();
	on_wait = what;
	waits = consistents = entries = broadcasts = told = 0;
	needed = 150;
	failing = LOCK;
	failure = EINVAL;
	check_failed("the lock fails", transfer(bank, 0, 1, 10), EINVAL);
	failing = 0;
	error = transfer(bank, 0, 1, needed);
	if (what != nothing_comes && what != owner_dies) {
		check_failed(words, error,
			     what == is_lost ? ENOTRECOVERABLE : EINVAL);
		return;
	}
	if (error != 0)
		complain("%s%s: transfer returns %s", words,
			 waits == 2 ? ", for the second time" : "",
			 strerrorname_np(error));
	if (waits < wanted)
		complain("%s: after %d wait%s 150 are moved out of an account "
			 "that has 100",
			 words, waits, waits == 1 ? "" : "s");
	if (waits > wanted)
		complain("%s: after %d waits the account has 150, and it waits "
			 "again",
			 words, wanted);
	if (what == owner_dies && consistents != 2)
		complain("%s: pthread_mutex_consistent is called %d times, not "
			 "twice",
			 words, consistents);
	if (bank->balance[3] != START || bank->note.valid)
		complain("%s: what the dead owner left is not undone", words);
	if (bank->balance[0] != 0 || bank->balance[1] != 250 || held)
		complain("%s: 150 and 100, of which 150 are moved, are %ld and "
			 "%ld at the end%s",
			 words, bank->balance[0], bank->balance[1],
			 held ? ", and it keeps the lock" : "");
	if (broadcasts == 0)
		complain("150 are moved after a wait, and "
			 "pthread_cond_broadcast is not called then: who waits "
			 "for them sleeps on");
	waits = 0;
	if (what == owner_dies)
		die_half_way();
	else
		for (int i = 0; i < ACCOUNTS; i++)
			bank->balance[i] = i == 1 ? TOTAL : 0;
	error = transfer(bank, 1, 0, all);
	if (waits != 0)
		complain("all %ld of an account are to be moved: it waits",
			 all);
	if (error != 0 && what == nothing_comes)
		complain("all %ld of an account are to be moved: transfer "
			 "returns %s",
			 all, strerrorname_np(error));
	if (error != 0 || held ||
	    (what == owner_dies && bank->balance[3] != START))
		complain("transfer comes next after an owner that has died: it "
			 "returns %s%s%s",
			 strerrorname_np(error), held ? ", with the lock" : "",
			 bank->balance[3] != START
			     ? ", and what was half done is not undone"
			     : "");
}

int
main(int argc, char *argv[])
{
	const char *part = argc > 1 ? argv[1] : "";

	real_lock = (mutex_function *)dlsym(RTLD_NEXT, "pthread_mutex_lock");
	real_unlock =
	    (mutex_function *)dlsym(RTLD_NEXT, "pthread_mutex_unlock");
	real_consistent =
	    (mutex_function *)dlsym(RTLD_NEXT, "pthread_mutex_consistent");
	bank = new_bank();
	setlinebuf(stdout);
	if (strcmp(part, "shared") == 0) {
		if (monitor_start(bank) != 0 || calls < 2)
			complain("monitor_start makes no monitor");
	} else if (strcmp(part, "waiter") == 0) {
		signal(SIGALRM, on_alarm);
		try_waiter(READY);
		try_waiter(NEW);
	} else if (strcmp(part, "start") == 0)
		try_start();
	else if (strcmp(part, "enter") == 0)
		try_enter();
	else if (strcmp(part, "wait") == 0) {
		try_wait(nothing_comes, "waits end for no reason", 4);
		try_stay();
		try_wait(owner_dies, "the wait says EOWNERDEAD", 2);
		try_wait(take_over_fails,
			 "the wait says EOWNERDEAD, and "
			 "taking over fails",
			 0);
		try_wait(is_lost, "the second wait says ENOTRECOVERABLE", 0);
		try_wait(is_refused, "the wait says EINVAL", 0);
	}
	puts(argv[argc - 1]);
	return 0;
}
