/*
 * Memory that both sides share: a place for one message in each direction. It is
 * free again when the answer comes.
 */
#ifndef AREA_H
#define AREA_H

#include "link.h"

#include <semaphore.h>
#include <stdatomic.h>

/* Counters in cache lines of their own: neither side slows the other. */
struct area {
	_Alignas(64) atomic_uint sent_by_ping; /* messages so far */
	_Alignas(64) atomic_uint sent_by_pong;
	_Alignas(64) sem_t full[2];
	_Alignas(64) char message[2][MESSAGE_MAX];
};

/* shared.c */
int area_open(struct channel *channel); /* 0, or -1 with errno set */
void area_close(struct channel *channel);
void area_store(struct end *end, const void *bytes, size_t n);
void area_load(struct end *end, void *bytes, size_t n); /* the other's */

/* The counter of messages from that side. */
static inline atomic_uint *
counter(struct area *area, int side)
{
	return side == 0 ? &area->sent_by_ping : &area->sent_by_pong;
}

#endif
