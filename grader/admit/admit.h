/*
 * Takes a submission's source files into the grader.
 *
 *	admit.c   main; opens and copies
 *	tricks.c  what a source file may not tell the compiler
 */
#ifndef ADMIT_H
#define ADMIT_H

#include <stddef.h>

/*
 * Looks for directives and names with which a source would hide something from
 * the compiler's warnings or the sanitizers. Prints a line for each to standard
 * output: "refused NAME:LINE: ..." or, if it costs no more than the warnings that
 * it hides, "word NAME:LINE: ...".
 */
void tricks_report(const char *name, const char *text, size_t length);

#endif
