/*
 * chat.h - the segment that consumer.c and producer.c share.
 */
#ifndef CHAT_H
#define CHAT_H

#include <signal.h>

#include "segment.h"

/* Of the key. sysv.c has a project of its own: both can use the same FILE. */
#define CHAT_PROJECT 'C'

#define CHAT_MAGIC 0x54414843 /* "CHAT" when the bytes are read as text */

/* The longest line that the slot holds, in bytes. */
#define TEXT_SIZE 256

// REGION chat
struct chat {
	struct header header;
	_Atomic uint32_t producers;	 /* how many have joined so far */
	_Atomic uint32_t written_by_you; /* whose turn: CONSUMER, PRODUCER */
	uint32_t length;		 /* of the text, in bytes */
	char text[TEXT_SIZE];		 /* any bytes; no '\0' at the end */
};

/* The side whose turn it is owns length and text; the other keeps off. */
enum turn { PRODUCER = 0, CONSUMER = 1 };
// END REGION chat

/* Set by a signal handler: wait_turn() must give up. */
extern volatile sig_atomic_t told_to_end;

int wait_turn(struct chat *, int id, enum turn mine);
void give_turn(struct chat *, enum turn other);

#endif
