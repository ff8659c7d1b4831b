/*
 * queue.h - what sysv.c and posix.c have in common: each is a mechanism, a table
 * of functions, and lib/command.c does the rest.
 *
 * The functions return -1, with errno as the call left it that failed, and print
 * nothing. A call that a signal interrupts is made again.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define TEXT_MAX     64 /* bytes in a message */
#define PRIORITY_MAX 31 /* the most urgent: POSIX promises 0 to 31 */
#define ROOM_MAX     10 /* messages: more is for root on Linux */
#define QUEUE_MODE   0600
#define ANY	     (-1) /* receive: the most urgent, whatever it is */

struct message {
	unsigned priority;   /* 0 to PRIORITY_MAX, the most urgent */
	size_t length;	     /* bytes in text, 0 to TEXT_MAX */
	char text[TEXT_MAX]; /* any bytes; no '\0' at the end */
};

struct mechanism {
	const char *argument; /* what names a queue: FILE or NAME */
	/* Make a new queue, find one: return its id or descriptor. */
	int (*create)(const char *name, long room);
	int (*find)(const char *name);
	/* See the gaps. */
	int (*send)(int queue, const struct message *message, bool wait);
	int (*receive)(int queue, int priority, struct message *message,
		       bool wait);
	/* How many messages there are, and how many of TEXT_MAX bytes fit. */
	int (*state)(int queue, long *messages, long *room);
	int (*destroy)(const char *name);
};

/* In lib. The key that `file` has for a project; ends the program if it has none. */
key_t key_of(const char *file, int project);
/* They take the arguments apart, and call back. */
int command_main(int argc, char **argv, const struct mechanism *mechanism);
int requests_main(int argc, char **argv, void (*serve)(int queue),
		  int (*request)(int queue, const char *text));

#endif
