/*
 * perturb: makes a program meet, in one run, what may happen to it once in a
 * million runs. Preload it and say what is to happen:
 *
 *	PERTURB=shortread,pause PERTURB_SEED=7 LD_PRELOAD=./perturb.so ./prog
 *
 *	shortread    read and its kin return less than is there
 *	shortwrite   so do write and its kin, where a partial write may happen
 *	keeprecords  but pieces of PIPE_BUF bytes or less stay whole on pipes
 *	eintr        calls fail with EINTR as a signal comes just as they start
 *	pause        a signal comes just before pause, so that pause misses it
 *	childfirst   after fork the child runs until it sleeps, then the parent
 *	parentfirst  the reverse; with both, the seed decides at each fork
 *	nosleep      no sleep lasts long enough for another process
 *	yield        other processes run around locks, semaphores and queues
 *	core         a child that SIGABRT or its like ended has left a core file
 *
 * Nothing happens here that POSIX forbids, so a correct program gives the same
 * result as ever; each part says why it is allowed. (nosleep is the exception
 * in form: sleep(3) may not return early. To the program it is as if all the
 * others were that slow, which no clock in them contradicts.)
 *
 * It sends no notes: the program's own failure is the finding. stdio is left
 * alone, because it calls read(2) and write(2) inside the C library.
 */
#define _GNU_SOURCE
#include "perturb.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Only the first calls nap: a loop of 100,000 locks must still end. */
enum { NAPS_ALWAYS = 200, NAPS_LATER = 64, NAP_MAX = 2000 };

/* How long a call waits for a signal that might interrupt it, how often. */
enum { WINDOW = 10000, WINDOWS_MAX = 50, WINDOW_ODDS = 4 };

static const char *const names[PERTURBATIONS] = {
	[SHORTREAD] = "shortread",
	[SHORTWRITE] = "shortwrite",
	[KEEPRECORDS] = "keeprecords",
	[INTERRUPT] = "eintr",
	[PAUSE] = "pause",
	[CHILDFIRST] = "childfirst",
	[PARENTFIRST] = "parentfirst",
	[NOSLEEP] = "nosleep",
	[YIELD] = "yield",
	[CORE] = "core",
};

static bool wanted[PERTURBATIONS];
static uint64_t state; /* of the random numbers; never 0 */
static unsigned children;
static unsigned naps;
static unsigned windows;

static void
want(const char *word, size_t length)
{
	for (int i = 0; i < PERTURBATIONS; i++)
		if (strlen(names[i]) == length &&
		    memcmp(names[i], word, length) == 0)
			wanted[i] = true;
}

/* Any 64 bits become others that look unrelated, never 0 (splitmix64). */
static uint64_t
mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	x ^= x >> 31;
	return x == 0 ? 1 : x;
}

__attribute__((constructor)) static void
start(void)
{
	const char *words = getenv("PERTURB");
	const char *seed = getenv("PERTURB_SEED");

	note_start();
	state = mix(seed == NULL ? 0 : strtoul(seed, NULL, 0));
	/* Two programs of one scenario draw different numbers. */
	for (const char *p = note_program(); *p != '\0'; p++)
		state = mix(state ^ (unsigned char)*p);
	if (words == NULL || !note_here())
		return;
	while (*words != '\0') {
		size_t length = strcspn(words, ",");

		want(words, length);
		words += length;
		words += strspn(words, ",");
	}
}

bool
perturb_on(enum perturbation what)
{
	return wanted[what];
}

/*
 * Threads and handlers may draw the same number twice: no harm, and a lock
 * would be worse.
 */
unsigned long
perturb_random(unsigned long below)
{
	uint64_t x = __atomic_load_n(&state, __ATOMIC_RELAXED);

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	__atomic_store_n(&state, x, __ATOMIC_RELAXED);
	return (x >> 11) % below;
}

void
perturb_reseed(void)
{
	/* The nth child of a process draws the same numbers in each run. */
	state = mix(state ^ ++children);
}

bool
perturb_nap(long microseconds)
{
	struct timespec rest = { .tv_sec = microseconds / 1000000,
				 .tv_nsec = microseconds % 1000000 * 1000 };
	int saved = errno;
	bool whole;

	whole = note_syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &rest,
			     NULL) == 0;
	errno = saved;
	return whole;
}

void
perturb_yield(void)
{
	int saved = errno;

	if (!perturb_on(YIELD))
		return;
	if (__atomic_fetch_add(&naps, 1, __ATOMIC_RELAXED) >= NAPS_ALWAYS &&
	    perturb_random(NAPS_LATER) != 0)
		return;
	switch (perturb_random(4)) {
	case 0:
		break;
	case 1:
		note_syscall(SYS_sched_yield);
		break;
	default:
		perturb_nap(1 + perturb_random(NAP_MAX));
	}
	errno = saved;
}

/* Signals that a program causes itself, by a fault or by a broken pipe. */
static bool
own_doing(int signal)
{
	switch (signal) {
	case SIGSEGV:
	case SIGBUS:
	case SIGFPE:
	case SIGILL:
	case SIGTRAP:
	case SIGSYS:
	case SIGABRT:
	case SIGPIPE:
		return true;
	default:
		return false;
	}
}

struct handlers
perturb_handlers(void)
{
	struct handlers found = { false, false };
	int saved = errno;
	sigset_t blocked;

	if (pthread_sigmask(SIG_SETMASK, NULL, &blocked) != 0)
		return found;
	for (int signal = 1; signal <= SIGRTMAX; signal++) {
		struct sigaction action;

		if (own_doing(signal) || sigismember(&blocked, signal) == 1 ||
		    sigaction(signal, NULL, &action) == -1)
			continue;
		if (action.sa_handler == SIG_DFL ||
		    action.sa_handler == SIG_IGN)
			continue;
		if (action.sa_flags & SA_RESTART)
			found.restarting = true;
		else
			found.interrupting = true;
	}
	errno = saved;
	return found;
}

bool
perturb_waits(int fd)
{
	int saved = errno;
	struct stat status;
	long mode = note_syscall(SYS_fcntl, fd, F_GETFL);
	bool waits;

	waits = mode != -1 && !(mode & O_NONBLOCK) &&
		note_syscall(SYS_fstat, fd, &status) == 0 &&
		!S_ISREG(status.st_mode);
	errno = saved;
	return waits;
}

/*
 * A call fails with EINTR only when a handler did run as the call began: a
 * program may conclude from EINTR that its handler has run. The call waits a
 * little for such a signal. Where the handler that ran may be one with
 * SA_RESTART, the call goes on.
 */
bool
perturb_interrupted(int fd)
{
	struct handlers handlers;

	if (!perturb_on(INTERRUPT) || windows >= WINDOWS_MAX ||
	    (fd != -1 && !perturb_waits(fd)))
		return false;
	handlers = perturb_handlers();
	if (!handlers.interrupting || handlers.restarting ||
	    perturb_random(WINDOW_ODDS) != 0)
		return false;
	windows++;
	return !perturb_nap(WINDOW);
}
