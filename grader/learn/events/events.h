/*
 * events: see events.c.
 *
 *	events.c    the loop, signals
 *	files.c     whether a source was saved
 *	terminal.c  keys
 */
#ifndef EVENTS_H
#define EVENTS_H

#include <stdint.h>

/* Prints a word of those in events.c; ends the program if nobody reads it. */
void say(const char *word);

/*
 * Begins to watch the folder. Returns a descriptor that can be read when something
 * has changed in it; -1 where inotify does not work, or is not to be used.
 */
int files_begin(const char *folder, int use_inotify);

/* The descriptor can be read: was a source saved? */
int files_saved(void);

/* A number that changes with every change of a source in the folder. */
uint64_t files_look(void);

/* With `echo`, the terminal has one when it is given back, come what may. */
void terminal_begin(int echo);
int terminal_is_there(void);
int terminal_in_foreground(void);

/* Keys at once, without an echo; Ctrl-C and Ctrl-Z still are signals. */
void terminal_take(void);

/* As it was. */
void terminal_give_back(void);

/* Says which keys were pressed. Returns 0 when no more can come. */
int read_keys(void);

#endif
