/* sigsafe: the functions that install handlers. */
#define _GNU_SOURCE
#include "../note/wrap.h"
#include "sigsafe.h"

#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>

/*
 * Between begin_change and end_change no signal comes to this thread, so that
 * `installed` and the kernel agree whenever a handler starts. Calls that the
 * next signal() makes of sigaction() meanwhile are not the program's.
 */
static __thread bool changing;

struct change {
	int signal;
	bool wrapped; /* the new handler is the program's own function */
	uint64_t mask;
	handler *before;
};

static bool
is_function(handler *h)
{
	/* SIG_DFL, SIG_IGN and SIG_HOLD are 0, 1 and 2. */
	return (uintptr_t)h > 2 && (void *)h != (void *)SIG_ERR;
}

static bool
is_watched(int signal)
{
	return note_here() && !changing && signal > 0 && signal < NSIG &&
	       signal != SIGSEGV && signal != SIGBUS && signal != SIGFPE &&
	       signal != SIGILL;
}

static handler *
begin_change(struct change *c, int signal, handler *new)
{
	const uint64_t all = UINT64_MAX;

	c->signal = signal;
	c->wrapped = is_function(new);
	c->before = installed[signal];
	note_syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all, &c->mask,
		     sizeof(all));
	changing = true;
	/* With SIG_DFL the table keeps its entry: a child made by vfork
	 * shares the table, but not the kernel's dispositions. */
	if (!c->wrapped)
		return new;
	installed[signal] = new;
	return run_handler;
}

/* Returns what the program is to see as the old handler. */
static handler *
end_change(struct change *c, bool failed, handler *old)
{
	int saved = errno;

	if (failed)
		installed[c->signal] = c->before;
	changing = false;
	note_syscall(SYS_rt_sigprocmask, SIG_SETMASK, &c->mask, NULL,
		     sizeof(c->mask));
	errno = saved;
	return old == run_handler ? c->before : old;
}

// clang-format off
#define SIGACTIONS(X) X(sigaction) X(__sigaction)
#define SETTERS(X) X(signal) X(bsd_signal) X(sysv_signal) X(__sysv_signal) \
	X(ssignal) X(sigset)
#define FUNCTIONS(X) SIGACTIONS(X) SETTERS(X)
// clang-format on

enum { FUNCTIONS(WRAP_INDEX) };
static struct wrapped wrapped[] = { FUNCTIONS(WRAP_ENTRY) };

#define SIGACTION(name)                                                  \
	WRAP_DECLARE(name)                                               \
	{                                                                \
		return set_action(wrap_next(&wrapped[AT_##name]), PASS); \
	}
#define SETTER(name)                                                      \
	WRAP_DECLARE(name)                                                \
	{                                                                 \
		return set_handler(wrap_next(&wrapped[AT_##name]), PASS); \
	}

static word
set_action(function *next, WORDS)
{
	struct sigaction *new = (struct sigaction *)b, changed;
	struct sigaction *old = (struct sigaction *)c;
	struct change change;
	word result;

	if (!is_watched(a))
		return next(PASS);
	if (new != NULL) {
		changed = *new;
		changed.sa_sigaction =
		    begin_change(&change, a, new->sa_sigaction);
		b = (word)&changed;
	} else {
		begin_change(&change, a, NULL);
	}
	result = next(PASS);
	if ((int)result == -1 || old == NULL)
		end_change(&change, (int)result == -1, NULL);
	else
		old->sa_sigaction =
		    end_change(&change, false, old->sa_sigaction);
	return result;
}
SIGACTIONS(SIGACTION)

static word
set_handler(function *next, WORDS)
{
	struct change change;
	word old;

	if (!is_watched(a))
		return next(PASS);
	b = (word)begin_change(&change, a, (handler *)b);
	old = next(PASS);
	return (word)end_change(&change, old == (word)SIG_ERR, (handler *)old);
}
SETTERS(SETTER)

__attribute__((constructor)) static void
start(void)
{
	int saved = errno;

	WRAP_RESOLVE(wrapped);
	errno = saved;
}
