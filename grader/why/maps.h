/*
 * Where an address of a process lies: in which mapping, shared or private.
 */
#ifndef WHY_MAPS_H
#define WHY_MAPS_H

#include "world.h"

struct why_map {
	bool shared;
	unsigned long offset; /* of the address, from the object's start */
	unsigned long device, inode;
	char name[WHY_NAME]; /* of the file; "[heap]"; empty */
};

bool why_map_of(pid_t pid, unsigned long address, struct why_map *map);
const char *why_map_words(const struct why_map *map);

#endif
