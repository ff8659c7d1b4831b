/*
 * What the parts of the checker `sigsafe` share; sigsafe.c says what it does.
 *
 *	sigsafe.c  runs the handlers, and reports
 *	install.c  signal, sigaction and the like: puts run_handler in place
 *	calls.c    wrappers of the unsafe functions, which unsafe.h lists
 *
 * All of it may be used in a handler.
 */
#ifndef SIGSAFE_H
#define SIGSAFE_H

#include "../note/note.h"

#include <signal.h>

typedef void handler(int signal, siginfo_t *info, void *context);

/* The handler that runs in this thread; signal 0: none. */
struct running {
	int signal;
	const void *handler;
	const struct frame *frame; /* of run_handler */
	int before;		   /* errno, of what it interrupts */
};
extern __thread struct running running;

/* The program's handlers. The kernel knows only run_handler. */
extern handler *installed[NSIG];

/*
 * Installed in place of every handler. It calls the program's with three
 * arguments; one that takes only the signal's number does not see the others.
 */
handler run_handler;

/* The place in the running handler, or in what it calls, that called the wrapper
 * with this frame; NULL if a library did. */
const void *place_in_handler(const struct frame *frame);

/* Sends "NAME WHAT SIGNAL at PLACE", once for each handler and name. */
void report(const char *name, const char *what, const void *place);

/*
 * For a wrapper that replaces an unsafe function: reports the call if a handler
 * runs and the call is the program's own.
 */
void unsafe(const char *name, const void *frame);

#endif
