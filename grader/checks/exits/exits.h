/* The parts of exits. All but the two for start-up are async-signal-safe. */
#ifndef EXITS_H
#define EXITS_H

/* Start-up: remembers the children that the program did not start. */
void find_inherited_children(void);

/* Start-up: remembers what is open, and watches what is opened from now on. */
void watch_fds_from_now(void);

/* Send a note if there is something to say. */
void report_children(void);
void report_fds(void);

#endif
