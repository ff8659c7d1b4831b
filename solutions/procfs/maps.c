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
	// BEGIN SOLUTION 5
	struct end e = { .pid = pid, .fd = -1 };
	size_t first = ends->count, i;
	unsigned int high, low;
	unsigned long long ino;
	char path[64], mode[5];

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	char *text = read_file(path), *rest = text;
	for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
		if (sscanf(line, "%*s %4s %*s %x:%x %llu", mode, &high, &low,
			   &ino) != 4 ||
		    mode[3] != 's')
			continue;
		e.access = mode[1] == 'w' ? O_RDWR : O_RDONLY;
		e.dev = makedev(high, low);
		e.ino = (ino_t)ino;
		for (i = first; i < ends->count; i++)
			if (ends->end[i].dev == e.dev &&
			    ends->end[i].ino == e.ino)
				break;
		if (i < ends->count)
			ends->end[i].access |= e.access;
		else if (add_end(ends, &e) == -1)
			break;
	}
	int result = text == NULL || rest != NULL ? -1 : 0;
	int saved = errno;
	free(text);
	errno = saved;
	return result;
	// STUB (void)pid;
	// STUB (void)ends;
	// STUB return 0;
	// END SOLUTION 5
}
