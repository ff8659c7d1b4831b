/*
 * One queue, and what is known of the call of a student's function that is at
 * work on it: see meanwhile.c.
 */
#define _GNU_SOURCE
#include "complain.h"
#include "queue.h"
#include <dlfcn.h>
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define ROOM	   4096 // of the mapping: what is behind the queue is looked at
#define PRODUCERS  3
#define LIMIT	   7 // seconds
#define SECOND	   1000000000LL
#define LONG_LIMIT (1000 * LIMIT * SECOND) // as good as none

#define POST_ERRNO ENOTTY // a call that succeeds may set errno, too

/* Who else is at work. */
enum { CONSUMERS = 1, PRODUCERS_TOO = 2, EVERYBODY = 3 };

static struct queue *q;
static char before[ROOM]; // what the file was like when the lock was given back
static struct message log_of[64];
static uint64_t first;	  // number of the message in log_of[0]
static const char *about; // what is special about this call
static bool lenient; // judge only semaphores; a gap that is open is no mistake
static bool hiding;  // what only the lock allows to read is 0 without it

// About the call of one of the student's functions:
static bool watching, has_lock;
static int others;  // who they are
static int leaver;  // another producer leaves, too: 1 before, 2 after the post
static sem_t *dead; // this one nobody posts any more
static sem_t *broken;	 // no wait for this one succeeds
static int interrupts;	 // waits that a signal ends, each after a second
static int waits_before; // so many are not interrupted
static int takes;	 // waits that have succeeded
/* Calls of sem_post, or sem_init, that fail: 1 the first, 2 the second, 3 both, ... */
static unsigned failing;
static sem_t *failed;	      // the semaphore of the last that did, or NULL
static unsigned failed_calls; // of sem_post: those that did, as in `failing`
static char failed_names[40]; // their semaphores: "lock, items"
static bool lock_failed;      // one of them was for the lock
static int posts;	      // so many have been made
static int limit;	      // what the function was told
static int64_t began;	      // when it was called; see passed
static int64_t latest;	      // deadline of the wait that was interrupted, or 0
static struct message mine;   // what queue_send is to put in
static size_t too_long;	      // or so many bytes, which do not fit; else 0
static const struct message *due; // what queue_receive has taken out

static int (*real_post)(sem_t *);
static int (*real_try)(sem_t *);
static int (*real_init)(sem_t *, int, unsigned);

/* Nanoseconds since the start; the clocks stand still but for interrupts. */
static int64_t passed;
#define REALTIME  (1700000000 * SECOND + SECOND / 2)
#define MONOTONIC (12345 * SECOND + SECOND / 2)

/* Is the call with this number, from 1, to fail? */
static bool
is_to_fail(int number)
{
	return failing >> (number - 1) & 1;
}

/* "call 1 of sem_post (lock) fails", "calls 1 and 2 of sem_init fail" */
static const char *
failures(const char *function, unsigned calls)
{
	static char text[120];
	bool several = (calls & (calls - 1)) != 0;
	int length = snprintf(text, sizeof(text), "call%s", several ? "s" : "");
	const char *separator = " ";

	for (int i = 1; i <= 3; i++)
		if (calls >> (i - 1) & 1) {
			length += snprintf(text + length,
					   sizeof(text) - (size_t)length,
					   "%s%d", separator, i);
			separator = calls == 7 && i == 1 ? ", " : " and ";
		}
	snprintf(text + length, sizeof(text) - (size_t)length, " of %s fail%s",
		 function, several ? "" : "s");
	return text;
}

static const char *
name_of(const sem_t *sem)
{
	return sem == &q->lock ? "lock" : sem == &q->free ? "free" : "items";
}

static int
value_of(sem_t *sem)
{
	int value;

	sem_getvalue(sem, &value);
	return value;
}

static struct message *
noted(uint64_t number)
{
	return &log_of[(number - first) % 64];
}

static bool
same(const struct message *a, const struct message *b)
{
	return a->length == b->length &&
	       memcmp(a->text, b->text, a->length) == 0;
}

static bool
ended(void)
{
	return q->left == q->producers;
}

/* Any bytes, each third one null; each length comes, the full one first. */
static struct message
make(unsigned number)
{
	struct message m = { .length =
				 MESSAGE_MAX - number * 8 % (MESSAGE_MAX + 1) };

	for (unsigned i = 0; i < MESSAGE_MAX; i++)
		m.text[i] =
		    (number + i) % 3 == 0 ? 0 : (char)(number * 16 + i * 7);
	return m;
}
