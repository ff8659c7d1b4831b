/*
 * sigsafe: reports what a signal handler may not do.
 *
 *	sigsafe: printf() called in the handler of SIGUSR1 at tally+0x1234
 *	sigsafe: errno changed by the handler of SIGCHLD at echod+0x1300
 *	sigsafe: siglongjmp() out of the handler of SIGALRM at nap+0x1278
 *	sigsafe: SIGHUP can interrupt the handler of SIGUSR1 at tally+0x1234
 *
 * The first: a call to a function that is not async-signal-safe (unsafe.h),
 * once for each handler and function. Only calls in the program's own code
 * count: what the C library does inside a function is its own affair. The
 * second names the handler's first instruction, and so does the last, which is
 * only said of the signals in SIGSAFE_APART (numbers, a space between).
 *
 * Build the program with -g -O1 -fno-builtin -fno-optimize-sibling-calls, or
 * the compiler turns printf into puts and a handler's last call into a jump
 * (which is then reported at the handler's beginning).
 *
 * Handlers of SIGSEGV, SIGBUS, SIGFPE and SIGILL are left alone: a fault comes
 * at a known place, so other rules hold. Under valgrind, calls of malloc and
 * its kin are not seen: valgrind puts its own in their place. If another
 * checker wraps handlers too, preload this one first: it then sees the
 * program's handlers and not the other's.
 */
#define _GNU_SOURCE
#include "sigsafe.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

__thread struct running running;

handler *installed[NSIG];

enum { SEEN_SLOTS = 512 }; /* far more than a program has different notes */

/*
 * True the first time for this handler and this text (by address). Slots are
 * taken by compare-and-swap: a lock would deadlock when a handler interrupts
 * its holder.
 */
static bool
first_time(const void *what, const char *text)
{
	static _Atomic uintptr_t seen[SEEN_SLOTS];
	uintptr_t key = (uintptr_t)what * 31 + (uintptr_t)text;

	for (size_t i = 0; i < SEEN_SLOTS; i++) {
		_Atomic uintptr_t *slot = &seen[(key + i) % SEEN_SLOTS];
		uintptr_t empty = 0;

		if (__atomic_compare_exchange_n((uintptr_t *)slot, &empty, key,
						false, __ATOMIC_RELAXED,
						__ATOMIC_RELAXED))
			return true;
		if (empty == key)
			return false;
	}
	return false;
}

/* The name that the student wrote: _FORTIFY_SOURCE and versions of the C
 * standard make __printf_chk and __isoc99_scanf of it. */
static void
append_name(struct note *n, const char *name)
{
	static const char *const prefixes[] = { "__isoc99_", "__isoc23_",
						"__xpg_", "__" };
	static const char suffix[] = "_chk";

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		size_t length = strlen(prefixes[i]);

		if (strncmp(name, prefixes[i], length) == 0) {
			name += length;
			break;
		}
	}
	note_text(n, name);
	if (strlen(name) > strlen(suffix) &&
	    strcmp(name + strlen(name) - strlen(suffix), suffix) == 0)
		n->length -= strlen(suffix);
}

void
report(const char *name, const char *what, const void *place)
{
	const char *key = running.handler;
	struct note n;

	/* Another checker's handler may stand for several of the program's. */
	if (note_in_checker(key))
		key += running.signal;
	if (!first_time(key, name))
		return;
	note_begin(&n, "sigsafe");
	append_name(&n, name);
	note_text(&n, what);
	note_signal(&n, running.signal);
	note_text(&n, " at ");
	note_place(&n, place);
	note_send(&n);
}

const void *
place_in_handler(const struct frame *f)
{
	while (note_in_checker(f->back)) {
		/* The handler ended in a jump, so its own frame is gone. */
		if (f->up == running.frame)
			return running.handler;
		f = f->up;
	}
	return note_caller(f);
}

void
unsafe(const char *name, const void *frame)
{
	const void *place;

	if (running.signal == 0)
		return;
	place = place_in_handler(frame);
	if (place != NULL)
		report(name, "() called in the handler of ", place);
}

/* The signals that are not to interrupt each other's handlers, as a mask. */
static uint64_t apart;

__attribute__((constructor)) static void
read_apart(void)
{
	const char *text = getenv("SIGSAFE_APART");
	char *end;

	while (text != NULL && *text != '\0') {
		unsigned long signal = strtoul(text, &end, 10);

		if (end == text || signal == 0 || signal >= NSIG)
			return;
		apart |= UINT64_C(1) << (signal - 1);
		text = end;
	}
}

/* Says which of those the running handler lets in: of each handler once. */
static void
judge_mask(void)
{
	uint64_t blocked, open;
	struct note n;

	if ((apart >> (running.signal - 1) & 1) == 0)
		return;
	note_syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &blocked,
		     sizeof(blocked));
	open = apart & ~blocked;
	if (open == 0 || !first_time(running.handler + running.signal, "mask"))
		return;
	note_begin(&n, "sigsafe");
	note_signal(&n, __builtin_ctzll(open) + 1);
	note_text(&n, " can interrupt the handler of ");
	note_signal(&n, running.signal);
	note_text(&n, " at ");
	note_place(&n, running.handler);
	note_send(&n);
}

/*
 * What a handler finds in errno. With what the program had there, say EAGAIN, a
 * call of the handler's that fails with EAGAIN, too, would not be seen.
 */
enum { STRANGE = ENOANO };

void
run_handler(int signal, siginfo_t *info, void *context)
{
	struct running outer = running;
	handler *h = installed[signal];

	running.before = errno;
	running.signal = signal;
	running.handler = (const void *)h;
	running.frame = FRAME;
	judge_mask();
	errno = STRANGE;
	h(signal, info, context);
	if (errno != STRANGE)
		report("errno", " changed by the handler of ", (const void *)h);
	else
		errno = running.before;
	running = outer;
}
