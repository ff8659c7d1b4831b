/*
 * What a run did, a line for each event, for grader/trace (option -r):
 * trace/README.md documents the lines.
 *
 *	events.c	the lines; processes and signals
 *	event_calls.c	calls that moved something, or waited
 *	event_signals.c	... or sent signals, or waited for children
 *	event_data.c	the bytes that were moved
 *	identity.c	which object a descriptor, an address or an id means
 *	stuck.c		the last moment of a run that hangs
 */
#ifndef EVENTS_H
#define EVENTS_H

#include "conduct.h"

enum { NOBODY = -1, NO_OBJECT = -1 };

/* ---- events.c */
void event(const struct tracee *t, const char *what, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int process_index(pid_t pid);
void events_end(void);

/* ---- event_signals.c */
void event_sent(const struct tracee *t, long result);
void event_taken(const struct tracee *t, long result);
void event_taken_by_file(const struct tracee *t, long result);
void event_waited(const struct tracee *t, long result);

/* ---- event_data.c */
long event_data(const struct tracee *t, unsigned long n);
void event_data_close(void);

/* ---- identity.c: the number of an object, or NO_OBJECT if it is nobody else's */
int identity_of(const struct tracee *t, int fd);
int identity_of_queue(const struct tracee *t, int fd);
int identity_of_id(const char *kind, long id);
int identity_of_address(const struct tracee *t, uint64_t address, bool word);
int identity_named(const char *address);
void identity_pair(const struct tracee *t, int fd);
const char *identity_end(const struct tracee *t, int fd);
void identity_files(const struct tracee *t, int first, int last, char *text,
		    size_t size);
void identity_forget(void);

#endif
