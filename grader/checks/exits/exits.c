/*
 * exits: reports what a process leaves behind when it ends by itself (exit,
 * _exit, quick_exit, return from main; not by a signal).
 *
 *	exits: 2 children were never waited for by pipeline: yes (pid 4, ended),
 *	head (pid 5, running)
 *
 * Children count whether they have ended or still run, but for those that the
 * program had when it started (a shell may exec it after starting others).
 * There is no such note where SIGCHLD is ignored: the kernel waits then. If
 * /proc does not list children, it is "children were never waited for by NAME".
 *
 * If EXITS_FDS is set, also the descriptors above 2 that were not open when the
 * program started, and the call that made them, where it is known (in a child,
 * which the note then says, also those that it has from its parent):
 *
 *	exits: descriptor 4 was never closed by pipeline: pipe, from pipe() at
 *	pipeline+0x1234, in a child
 *
 * If EXITS_CHILD is set, also a child that ends by exit(3), before it has become
 * another program: what that flushes and calls is its parent's:
 *
 *	exits: pipeline called exit in a child
 *
 * In a program built with UBSan, also what that finds:
 *
 *	exits: undefined behaviour: signed integer overflow: ... at pipeline.c:12
 *
 * The conductor sees all these calls, too, and from outside; but most scenarios
 * run without it, at no cost, and in those only the process itself is there to
 * look when it ends. What it could make up, a test that must know asks the
 * conductor: expect_called.
 *
 * If LABBOX_TRACE is set, also each start:
 *
 *	exits: started pipeline
 */
#define _GNU_SOURCE
#include "exits.h"
#include "../note/wrap.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static pid_t started; /* by exec */

static void
report(void)
{
	int saved = errno;

	if (!note_here())
		return;
	report_children();
	report_fds(getpid() != started);
	errno = saved;
}

#define ENDS(X) X(_exit) X(_Exit)

enum { ENDS(WRAP_INDEX) };
static struct wrapped wrapped[] = { ENDS(WRAP_ENTRY) };

#define END(name)                                            \
	WRAP_DECLARE(name)                                   \
	{                                                    \
		report();                                    \
		return wrap_next(&wrapped[AT_##name])(PASS); \
	}
ENDS(END)

/* After the functions that the program gave to atexit. */
__attribute__((destructor)) static void
finish(void)
{
	struct note n;

	if (note_here() && getenv("EXITS_CHILD") != NULL &&
	    getpid() != started) {
		note_begin(&n, "exits");
		note_text(&n, note_program());
		note_text(&n, " called exit in a child");
		note_send(&n);
	}
	report();
}

__attribute__((constructor)) static void
start(void)
{
	int saved = errno;
	struct note n;

	WRAP_RESOLVE(wrapped);
	started = getpid();
	at_quick_exit(report);
	find_inherited_children();
	find_who_serves_alarms();
	if (note_here() && getenv("EXITS_FDS") != NULL)
		watch_fds_from_now();
	if (note_here() && getenv("LABBOX_TRACE") != NULL) {
		note_begin(&n, "exits");
		note_text(&n, "started ");
		note_text(&n, note_program());
		note_send(&n);
	}
	errno = saved;
}
