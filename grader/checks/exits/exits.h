/*
 * What the parts of the checker `exits` share; exits.c says what it does.
 *
 *	exits.c     start-up, and the ways to end
 *	alarms.c    calls that the supervisor serves are not interrupted
 *	children.c  children that were never waited for
 *	fds.c       descriptors that were never closed
 *	ubsan.c     what UBSan finds
 *
 * All but the functions for start-up are async-signal-safe.
 */
#ifndef EXITS_H
#define EXITS_H

#include <stdbool.h>

/* Start-up: remembers the children that the program did not start. */
void find_inherited_children(void);

/* Start-up: remembers what is open, and watches what is opened from now on. */
void watch_fds_from_now(void);

/* Start-up: whether alarm and setitimer must wait for the supervisor. */
void find_who_serves_alarms(void);

/* Send a note if there is something to say; in_child: a child has not executed. */
void report_children(void);
void report_fds(bool in_child);

#endif
