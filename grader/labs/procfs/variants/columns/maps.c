/*
 * What a process shares by mapping it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "procfs.h"

/*
 * Gap 5 (optional): append to `ends` what /proc/PID/maps says is shared ("rw-s" in its
 * second column, or the like), each object once, with its device and inode: fd -1,
 * type 0, access O_RDWR if there is a "w" for it, else O_RDONLY.
 *
 * Returns 0, or -1 with errno set. As it stands, nobody shares anything.
 */
int
list_mappings(pid_t pid, struct ends *ends)
{
	char *path, *line = NULL;
	size_t size = 0, first = ends->count;
	int result = 0;

	if (asprintf(&path, "/proc/%d/maps", (int)pid) == -1)
		return -1;
	FILE *f = fopen(path, "r");
	free(path);
	if (f == NULL)
		return -1;
	while (result == 0 && getline(&line, &size, f) != -1) {
		char *rest = line, *bits, *dev;

		strsep(&rest, " ");
		bits = strsep(&rest, " ");
		strsep(&rest, " ");
		dev = strsep(&rest, " ");
		if (dev == NULL || strchr(bits, 's') == NULL)
			continue;
		unsigned long high = strtoul(dev, &dev, 16);
		struct end e = { .pid = pid, .fd = -1 };
		e.dev = makedev(high, strtoul(dev + 1, NULL, 16));
		e.ino = strtoul(rest, NULL, 10);
		e.access = strchr(bits, 'w') != NULL ? O_RDWR : O_RDONLY;
		size_t i = first;
		while (i < ends->count && !(ends->end[i].ino == e.ino &&
					    ends->end[i].dev == e.dev))
			i++;
		if (i == ends->count)
			result = add_end(ends, &e);
		else if (e.access == O_RDWR)
			ends->end[i].access = O_RDWR;
	}
	free(line);
	fclose(f);
	return result;
}
