/*
 * A bounded queue of messages in a mapped file, first in, first out.
 *
 * The file is one struct queue and nothing else. Each process maps it at an
 * address of its own, so it holds counters and arrays, never a pointer.
 *
 * semaphores.c starts the queue and waits, queue.c moves messages through it,
 * mapping.c has the file around it, common.c what else the programs share.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include <semaphore.h>
#include <stddef.h>
#include <stdint.h>

#define QUEUE_MAGIC   0x71637069 /* the bytes "ipcq" on this machine */
#define QUEUE_VERSION 1		 /* changes whenever the layout does */

/* Few and odd, so that the slots are soon reused. */
#define SLOTS 5

/* The most bytes that fit in one slot. */
#define MESSAGE_MAX 32

// REGION layout
struct message {
	uint32_t length;	/* bytes used in text, 0 to MESSAGE_MAX */
	char text[MESSAGE_MAX]; /* no null byte ends it */
};

struct queue {
	uint32_t magic;	    /* QUEUE_MAGIC, or this is some other file */
	uint32_t version;   /* QUEUE_VERSION */
	uint32_t producers; /* how many will join; the end waits for them all */
	sem_t lock;	    /* 1: nobody is changing what follows items */
	sem_t free;	    /* slots that a producer may fill */
	sem_t items;	    /* messages to take; one more once it has ended */
	uint32_t joined;    /* producers that came */
	uint32_t left;	    /* producers that came and went */
	uint64_t sent;	    /* messages ever put in; the next: sent % SLOTS */
	uint64_t received;  /* messages ever taken out; as above */
	struct message slots[SLOTS];
};
// END REGION layout

/*
 * In all of these `limit` is how many seconds one wait may last, 0 for ever.
 * They return 0 unless stated otherwise, and -1 with errno set when they fail.
 */

/* semaphores.c */

/* Makes zeroed memory an empty queue that `producers` producers will join. */
int queue_init(struct queue *q, uint32_t producers);

/* Waits until `sem` is above 0 and takes one off. ETIMEDOUT: it stayed 0. */
int queue_wait(sem_t *sem, int limit);

/*
 * Takes the lock; sem_post(&q->lock) gives it back. EOWNERDEAD: nobody gave it
 * back within the limit (a guess: a semaphore does not know who took it).
 */
int queue_lock(struct queue *q, int limit);

/* queue.c; any of these may also fail as queue_wait and queue_lock do. */

/*
 * Joins as one of `producers` producers. EINVAL: the queue was made for
 * another number of them. EUSERS: they have all joined already.
 */
int queue_join(struct queue *q, uint32_t producers, int limit);

/* Adds a message, waiting for a slot. EMSGSIZE: over MESSAGE_MAX bytes. */
int queue_send(struct queue *q, const char *text, size_t length, int limit);

/* Says that this producer sends no more. */
int queue_leave(struct queue *q, int limit);

/*
 * Takes the oldest message, waiting for one. Returns 1; or 0 at the end: the
 * queue is empty and the last producer has left. EBADMSG: a damaged message.
 */
int queue_receive(struct queue *q, struct message *message, int limit);

/* mapping.c; these say what is wrong and exit with status 1. */

/* Makes `path` a new queue, unless something of that name is there. */
void queue_create(const char *path, uint32_t producers);

/* Maps the queue in `path`. */
struct queue *queue_open(const char *path);

/* Unmaps it. The file stays, and so does every message in it. */
void queue_close(struct queue *q);

/* common.c */

/* Waits until `path` is there; if it does not come, says so and exits. */
void queue_await(const char *path, int limit);

/* Says what errno means, after a wait for a `wanted` has failed. */
void queue_warn(const char *path, const char *wanted, int limit);

/* Reads a whole number from 1 to `max`, or exits with status 2. */
int queue_number(const char *text, int max);

#endif
