/*
 * Where an address of a process lies, from /proc/PID/maps.
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/sysmacros.h>

#include "maps.h"

/* A hostile program may have 65530 mappings: this many lines are read. */
enum { LINES = 4000 };

bool
why_map_of(pid_t pid, unsigned long address, struct why_map *map)
{
	char path[64], line[512];
	bool found = false;

	snprintf(path, sizeof path, "/proc/%d/maps", pid);
	FILE *maps = fopen(path, "re");
	if (!maps)
		return false;
	for (int i = 0; i < LINES && !found && fgets(line, sizeof line, maps);
	     i++) {
		unsigned long low, high, start;
		unsigned major, minor;
		char rights[8];
		*map = (struct why_map){ 0 };
		found = sscanf(line, "%lx-%lx %7s %lx %x:%x %lu %99[^\n]", &low,
			       &high, rights, &start, &major, &minor,
			       &map->inode, map->name) >= 7 &&
			low <= address && address < high;
		if (!found)
			continue;
		map->shared = rights[3] == 's';
		map->offset = address - low + start;
		map->device = makedev(major, minor);
	}
	fclose(maps);
	return found;
}

/* "semaphore file", "System V segment", ... of a mapping. One result. */
const char *
why_map_words(const struct why_map *map)
{
	static char words[WHY_NAME + 64];
	const char *name = map->name;

	if (strncmp(name, "/dev/shm/sem.", 13) == 0)
		return "a file of its own in /dev/shm";
	if (strncmp(name, "/SYSV", 5) == 0)
		return "System V shared memory";
	if (strncmp(name, "/dev/zero", 9) == 0)
		return "anonymous shared memory";
	if (strcmp(name, "[heap]") == 0)
		return "the heap";
	if (strncmp(name, "[stack", 6) == 0)
		return "the stack";
	if (map->shared)
		snprintf(words, sizeof words, "\"%s\", mapped shared", name);
	else if (name[0] == '/')
		return "the program's own variables";
	else
		return "private memory";
	return words;
}
