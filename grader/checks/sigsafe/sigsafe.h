/* The parts of sigsafe. All of it may be used in a handler. */
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
};
extern __thread struct running running;

/* The program's handlers. The kernel knows only run_handler. */
extern handler *installed[NSIG];

/*
 * Stands before every handler. It calls each with three arguments; one that
 * takes only the signal's number does not see the others.
 */
handler run_handler;

/* The place in the running handler, or in what it calls, that called the wrapper
 * with this frame; NULL if a library did. */
const void *place_in_handler(const struct frame *frame);

/* Sends "NAME WHAT SIGNAL at PLACE", once for each handler and name. */
void report(const char *name, const char *what, const void *place);

/*
 * Said by a wrapper that stands before an unsafe function: reports it if a
 * handler runs and the call is the program's own.
 */
void unsafe(const char *name, const void *frame);

#endif
