/*
 * What the parts of virtual time share.
 */
#ifndef VIRTUAL_H
#define VIRTUAL_H

#include "conduct.h"

#include <time.h>

#define SECOND	1000000000LL
#define CENTURY (100LL * 365 * 86400) /* in seconds */

/* clock.c */
int64_t nanoseconds(struct timespec t);
int slot_of(uint64_t clock);
int64_t clock_base(int slot);
void clock_reset(void);
void clock_jump(int64_t to);
void read_clock(struct tracee *t);

/* limits.c */
bool limits_wait(const struct tracee *t);
bool limits_entry(struct tracee *t);
void limits_exit(struct tracee *t, long *result);

/* timers.c */
bool timers_entry(struct tracee *t);
void timers_exit(struct tracee *t, long result);
void timers_reset(void);
int64_t timers_next(int *which);
void timers_ring(int which);

#endif
