/* The parts of calls. */
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
