/*
 * scenes.h - what the commands do. `name` is FILE or NAME; each returns the exit
 * status of the program, or ends it with a message.
 */
#ifndef SCENES_H
#define SCENES_H

/* How `hold` waits for a place; more than 0: at most so many milliseconds. */
enum { FOR_EVER = 0, NOT_AT_ALL = -1 };

int scene_hold(const char *name, int capacity, int limit);
int scene_turnstile(const char *name, int capacity, int workers, int rounds);
int scene_table(const char *name, int philosophers, int rounds);

#endif
