/*
 * Copies whole lines from standard input to standard output, for tally.
 *
 * A line is written when its end is there, so that a report never lands inside
 * one. Signals may arrive at any time. Any failure ends the program with a
 * message.
 */
#ifndef LINES_H
#define LINES_H

#include <stdbool.h>

/*
 * Reads once and writes the lines that are complete now. False: end of input.
 * Returns early, with nothing read, when a signal interrupts the read.
 */
bool copy_lines(void);

/* Writes what was read of a line that has no end yet, and ends it. */
void end_line(void);

#endif
