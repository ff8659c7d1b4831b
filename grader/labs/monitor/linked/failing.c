/*
 * The functions of the monitor, while calls of pthread fail, or come back from
 * a wait for no reason, or with a dead owner; or while another process that makes
 * the monitor takes its time.
 *
 *	failing shared|waiter|start|enter|wait WORD
 *
 * Prints WORD, or in one line what is wrong.
 */
#include "making.h"
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <sys/select.h>
#include <sys/time.h>
#include <time.h>

typedef int mutex_function(pthread_mutex_t *);
static mutex_function *real_lock, *real_unlock, *real_consistent;

/* What `failing` says of calls that do not make a monitor. */
enum { LOCK = -1, CONSISTENT = -2, BROADCAST = -3 };
static int waits, timed, consistents, held, entries;
static int broadcasts; /* since the last wait */
static int lost;       /* the lock: who unlocks it all the same is told so */
static int deaths; /* so many die inside, each as soon as the lock is free */
static int (*on_wait)(void);
static int told;    /* what the last wait returned */
static long needed; /* the amount that is waited for */
static int died;  /* 1: an owner, as the lock said; 2: it is consistent again */
static int woken; /* all, since it said so */
static int thefts; /* so often another one empties account 0, if it can */

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

/* An owner has died; the lock is consistent, and others may enter from here on. */
static void
check_repaired(void)
{
	if (died == 2 && (!woken || bank->note.valid))
		complain("an owner died, the lock is consistent, and it is "
			 "given back before %s: whoever is killed there leaves "
			 "that undone, and nobody is told",
			 woken ? "the note is undone" : "all are woken");
	died = 0;
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
	if (error == EOWNERDEAD) {
		died = 1;
		woken = 0;
	}
	return error;
}

int
pthread_mutex_unlock(pthread_mutex_t *m)
{
	if (!held && lost)
		return EPERM;
	if (!held)
		complain("it unlocks the mutex, and does not hold it");
	check_repaired();
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
	if (died == 1 && !lost)
		died = 2;
	return lost ? failure : real_consistent(m);
}

/* Nobody waits here. */
int
pthread_cond_broadcast(pthread_cond_t *c)
{
	(void)c;
	broadcasts++;
	woken = 1;
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
	check_repaired();
	broadcasts = 0;
	error = told = on_wait();
	if (error == EOWNERDEAD) {
		died = 1;
		woken = 0;
	}
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
check_shared(const char *when)
{
	if (!lock_shared)
		complain("%spthread_mutex_init: no attribute says "
			 "PTHREAD_PROCESS_SHARED, so the mutex is for one "
			 "process",
			 when);
	if (!more_shared)
		complain("%spthread_cond_init: no attribute says "
			 "PTHREAD_PROCESS_SHARED, so the condition variable "
			 "is for one process",
			 when);
}

enum { FEWER = 2 };

/*
 * In a process that has made so many banks, the call `failing` fails, and then it
 * tries again. Returns 0, or FEWER if there is no such call.
 */
static int
call_fails(int made)
{
	char when[100];
	int error;

	for (int n = failing; made > 0; made--) {
		failing = 0;
		memset((void *)bank, 0, sizeof(*bank));
		if (monitor_start(bank) != 0 || calls == 0)
			complain("monitor_start makes no monitor");
		failing = n;
	}
	memset((void *)bank, 0, sizeof(*bank));
	calls = 0;
	error = monitor_start(bank);
	if (calls < failing)
		return FEWER;
	if (error != failure)
		complain("%s fails with %s: monitor_start returns %d", failed,
			 strerrorname_np(failure), error);
	if (bank->state != NEW)
		complain("%s fails: state is %s, not NEW", failed,
			 state_name());
	// The calls are counted on: of these, none fails.
	error = monitor_start(bank);
	for (int i = 0; i < ACCOUNTS; i++)
		if (error != 0 || bank->balance[i] != START)
			complain("%s fails, and monitor_start is called again: "
				 "it returns %d, and account %d has %ld, not "
				 "%d",
				 failed, error, i, bank->balance[i], START);
	snprintf(when, sizeof(when),
		 "%s fails, and monitor_start is called again: ", failed);
	check_shared(when);
	if (!lock_robust)
		complain("%spthread_mutex_init: no attribute says "
			 "PTHREAD_MUTEX_ROBUST, so nobody is told of a dead "
			 "owner",
			 when);
	return 0;
}

/* Each in a process of its own: one may keep what it has made for the next bank. */
static void
try_start(void)
{
	for (int made = 0; made < 2; made++)
		for (int n = 0, status = 0; status == 0; n++) {
			pid_t pid = fork();

			if (pid == -1)
				broken("fork");
			failing = n / 2 + 1;
			failure = n % 2 == 0 ? ENOMEM : EAGAIN;
			if (pid == 0)
				_exit(call_fails(made));
			status = await(pid);
			if (WIFEXITED(status) && WEXITSTATUS(status) == 1)
				give_up(); // it has complained
			if (WIFSIGNALED(status))
				complain("a call fails: monitor_start is hit "
					 "by SIG%s",
					 sigabbrev_np(WTERMSIG(status)));
			if (status != 0 &&
			    (n == 0 || WEXITSTATUS(status) != FEWER))
				complain("monitor_start makes no monitor");
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
	die_half_way();
	deaths = 1;
	error = monitor_enter(bank);
	deaths = 0;
	if (error != 0)
		complain("an owner died, and who takes over lets go of the "
			 "lock: another owner dies, and monitor_enter returns "
			 "%s",
			 strerrorname_np(error));
	pthread_mutex_unlock(&bank->lock);
	failure = EINVAL;
	for (int half = 0; half < 2; half++) {
		make_monitor();
		half ? die_half_way() : die_inside();
		failing = CONSISTENT;
		check_failed(half ? "the note is valid, and "
				    "pthread_mutex_consistent fails"
				  : "the note is not valid, and "
				    "pthread_mutex_consistent fails",
			     monitor_enter(bank), EINVAL);
	}
	make_monitor();
	die_inside();
	failing = BROADCAST;
	error = monitor_enter(bank);
	if (error != 0 && held)
		complain("an owner died, and pthread_cond_broadcast fails: "
			 "monitor_enter returns %s, with the lock",
			 strerrorname_np(error));
	if (error == 0 && (!held || died == 1))
		complain("an owner died, and pthread_cond_broadcast fails: "
			 "monitor_enter returns 0, and %s",
			 held ? "the lock is not consistent"
			      : "does not hold the lock");
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
	long had = bank->balance[1];
	int error = transfer(bank, 1, 0, 1);
	failing = 0;
	if (held)
		complain("pthread_cond_broadcast fails: transfer returns with "
			 "the lock");
	if (error != 0 && bank->balance[1] != had)
		complain("pthread_cond_broadcast fails, and the money was "
			 "moved all the same: transfer returns %s, not 0",
			 strerrorname_np(error));
	if (error == 0 && bank->balance[1] != had - 1)
		complain("pthread_cond_broadcast fails: transfer returns 0, "
			 "and the money was not moved");
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

	find_functions();
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
		check_shared("");
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
