/*
 * What every preloaded checker shares: notes to the supervisor, whether to act
 * in this program at all, and which code made a call.
 *
 *	note.c   start-up, and notes
 *	where.c  which code an address belongs to
 *	wrap.h   wrappers by a list of names
 *
 * Everything here but note_start and note_next may be called in a signal
 * handler, takes no lock, allocates nothing and leaves errno alone. Each checker
 * has its own copy (hidden symbols), so that checkers do not depend on each
 * other.
 *
 * A wrapper in a checker looks like this:
 *
 *	static int (*next_pipe)(int[2]);
 *
 *	EXPORT int
 *	pipe(int ends[2])
 *	{
 *		struct note n;
 *
 *		if (next_pipe == NULL)
 *			next_pipe = note_next("pipe");
 *		if (note_here()) {
 *			note_begin(&n, "exits");
 *			note_text(&n, "pipe called at ");
 *			note_place(&n, note_caller(FRAME));
 *			note_send(&n);
 *		}
 *		return next_pipe(ends);
 *	}
 *
 * Better still, resolve next_pipe in a constructor: dlsym may take locks.
 */
#ifndef NOTE_H
#define NOTE_H

#include <stdbool.h>
#include <stddef.h>

/* A function that takes the place of the C library's. */
#define EXPORT __attribute__((visibility("default")))

/* The frame of the function that says it: for note_caller. */
#define FRAME __builtin_frame_address(0)

/* What lies there, on x86-64 and AArch64, if the function keeps a frame pointer:
 * its caller's frame, and where it returns to. */
struct frame {
	const struct frame *up;
	const char *back;
};

/* The longest note, in bytes; longer text is cut. */
enum { NOTE_MAX = 400 };

struct note {
	char text[NOTE_MAX + 1]; /* room for the newline of the stderr form */
	size_t length;
};

/*
 * Reads the environment and the list of loaded objects. Runs by itself before
 * the checker's own constructors of default priority; may be called again.
 * (gcc takes the priority from the first declaration only.)
 */
__attribute__((constructor(101))) void note_start(void);

/* Part of note_start: lists the loaded objects. */
void note_find_objects(void);

/* True if this program is one that the checkers are to look at. */
bool note_here(void);

/* The program's file name without its directories. Never NULL. */
const char *note_program(void);

/* Starts a note: "TOOL: ". Nothing is sent before note_send. */
void note_begin(struct note *n, const char *tool);

/* Appends to a note. Control characters become '?'. */
void note_text(struct note *n, const char *text);
void note_number(struct note *n, long number);
void note_unsigned(struct note *n, unsigned long number, unsigned base);

/* The text so far, as a string that holds until the next change. */
const char *note_string(struct note *n);

/* Appends "FILE+0xOFFSET" for an address of code, "?" if it is
 * unknown or in a checker. */
void note_place(struct note *n, const void *address);

/* Appends a signal's name, as "SIGUSR1" or "SIGRTMIN+2". */
void note_signal(struct note *n, int signal);

/* Appends the symbol of an error number, as "EMFILE". */
void note_error(struct note *n, int error);

/*
 * Sends a note to the FIFO named by LABBOX_NOTES, or to standard error where
 * that is unset. Waits a second at most for the supervisor to take it. A note
 * that cannot be sent (no descriptor left, nobody listens) is lost.
 */
void note_send(struct note *n);

/*
 * The place in the program's own code that called the wrapper whose FRAME this
 * is, seen through the wrappers of other checkers; NULL if the call was made by
 * a library. It points into the call, so addr2line names the calling line.
 * Needs checkers built with frame pointers.
 */
const void *note_caller(const void *frame);

/* True if `address` lies in the checker itself or in another checker. */
bool note_in_checker(const void *address);

/*
 * The next definition of a function after this library (the C library's, a
 * sanitizer's or another checker's); NULL if there is none.
 */
void *note_next(const char *name);

/* In a wrapper: declares `next`, the function of this name that it replaces. */
#define DECLARE_NEXT(name)             \
	static __typeof__(name) *next; \
	if (next == NULL)              \
	next = (__typeof__(name) *)note_next(#name)

/*
 * The C library's own syscall(2), which no checker wraps: for work that must
 * not be seen by other checkers. Sets errno: save it.
 */
extern long (*note_syscall)(long number, ...);

#endif
