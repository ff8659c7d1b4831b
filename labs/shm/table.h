/*
 * table.h - a table of numbers in shared memory, and the program around it.
 *
 * sysv.c and posix.c say how to get at the memory; everything else is shared.
 */
#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>

#include "segment.h"

#define TABLE_MAGIC 0x4c424154 /* "TABL" when the bytes are read as text */

/* 4 MiB of values: enough to play with, and far from any overflow. */
#define ROOM_MAX 1048576

// REGION table
struct table {
	struct header header;
	uint32_t room;	  /* how many values fit */
	uint32_t written; /* how many are there: at most `room` */
	uint64_t offset;  /* where they start: bytes from the segment's start */
};
// END REGION table

/* A segment that is attached: it has an address in this process. */
struct segment {
	void *base;  /* the address, valid in this process only */
	size_t size; /* what the kernel says, in bytes */
};

/* A table as this process sees it: its fields read once, then checked. */
struct view {
	struct segment segment;
	uint32_t room;
	uint32_t written;
	uint64_t offset;
	float *values; /* base + offset */
};

void table_publish(const struct segment *, uint32_t room, struct origin);
struct view table_look(const char *name, struct origin, struct segment);

/* What the two mechanisms have to offer. On error: -1, with errno set. */
struct memory {
	const char *argument; /* how it names its segments: FILE, NAME */
	struct origin (*identify)(const char *name);
	int (*create)(const char *name, size_t size, struct segment *);
	int (*attach)(const char *name, bool writable, struct segment *);
	int (*detach)(const struct segment *);
	int (*destroy)(const char *name);
};

/* The program around it, in command.c. Returns the exit status. */
int command_main(int argc, char **argv, const struct memory *);

#endif
