/*
 * What the parts of the checker `calls` share; calls.c says what it does.
 *
 *	calls.c    start-up, the list of calls, their classes
 *	special.c  wrappers that cannot be like the others: vfork, execl
 */
#ifndef CALLS_H
#define CALLS_H

#include "../note/note.h"

/*
 * Sends the note "PROGRAM NAME" or, if there is a class, "PROGRAM NAME:CLASS",
 * unless `bit` of `seen` says that it has been sent, or another checker made
 * the call for itself. `frame` is the wrapper's FRAME.
 */
void record(unsigned char *seen, unsigned char bit, const char *name,
	    const char *class, const struct frame *frame);

#endif
