/*
 * race, objects: what lies behind a shared mapping, as /proc/self/maps tells.
 */
#define _GNU_SOURCE
#include "race.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

/* A device number that no file has: stands for System V segments. */
enum { SYSTEM_V = 0xfff };

/* The number of an object in the shared state, -1 if there is no room. */
static int
object_number(dev_t device, ino_t inode, uint64_t born, const char *name)
{
	struct held held;
	struct object *o;
	int i;

	if (!race_lock(&held))
		return -1;
	for (i = 0; i < race_state->objects; i++) {
		o = &race_state->object[i];
		if (o->device == device && o->inode == inode && o->born == born)
			break;
	}
	if (i == OBJECTS) {
		i = -1;
	} else if (i == race_state->objects) {
		o = &race_state->object[i];
		o->device = device;
		o->inode = inode;
		o->born = born;
		strncpy(o->name, name, NAME_SIZE - 1);
		race_state->objects++;
	}
	race_unlock(&held);
	if (i == -1)
		race_stop("there are too many shared objects");
	return i;
}

/* A readable name for what /proc/self/maps calls `path`. */
static void
name_of(char *name, const char *path, ino_t inode)
{
	static const char deleted[] = " (deleted)";
	char *end;

	if (strncmp(path, "/SYSV", 5) == 0) {
		/* The kernel gives the segment's number as the inode. */
		snprintf(name, NAME_SIZE, "System V segment %lu",
			 (unsigned long)inode);
		return;
	}
	if (strncmp(path, "/dev/zero", 9) == 0) {
		strcpy(name, "anonymous mapping");
		return;
	}
	if (strlen(path) >= NAME_SIZE)
		path += strlen(path) - NAME_SIZE + 1;
	strcpy(name, path);
	end = strstr(name, deleted);
	if (end != NULL)
		*end = '\0';
}

/* One line of /proc/self/maps, if it is shared and within [from, to). */
static void
add_line(const char *line, uintptr_t from, uintptr_t to, bool data,
	 uint64_t born)
{
	unsigned long start, end, offset, inode;
	unsigned major, minor;
	char permissions[5], name[NAME_SIZE];
	int path = 0;
	struct mapping new;

	if (sscanf(line, "%lx-%lx %4s %lx %x:%x %lu %n", &start, &end,
		   permissions, &offset, &major, &minor, &inode, &path) != 7 ||
	    permissions[3] != 's' || end <= from || start >= to)
		return;
	/* Neighbouring mappings of one file show as one line. */
	if (start < from) {
		offset += from - start;
		start = from;
	}
	if (end > to)
		end = to;
	name_of(name, line + path, inode);
	/* Segments have numbers of their own, not those of inodes. */
	if (strncmp(line + path, "/SYSV", 5) == 0)
		major = SYSTEM_V;
	new.start = start;
	new.end = end;
	new.offset = offset;
	new.data = data;
	new.object = object_number(makedev(major, minor), inode, born, name);
	if (new.object != -1)
		race_add(&new);
}

/* Calls add_line for all lines; read may have cut them anywhere. */
void
race_find_mappings(uintptr_t from, uintptr_t to, bool data, uint64_t born)
{
	char line[1024];
	size_t filled = 0;
	long fd, length;
	char *end;

	fd = note_syscall(SYS_openat, AT_FDCWD, "/proc/self/maps",
			  O_RDONLY | O_CLOEXEC);
	if (fd == -1) {
		race_stop("/proc is not there");
		return;
	}
	while ((length = note_syscall(SYS_read, fd, line + filled,
				      sizeof(line) - 1 - filled)) > 0) {
		filled += length;
		line[filled] = '\0';
		while ((end = memchr(line, '\n', filled)) != NULL) {
			*end = '\0';
			add_line(line, from, to, data, born);
			filled -= end + 1 - line;
			memmove(line, end + 1, filled + 1);
		}
		if (filled == sizeof(line) - 1)
			filled = 0; /* a very long path */
	}
	note_syscall(SYS_close, fd);
}

uint64_t
race_born(int fd)
{
	struct statx status;

	if (note_syscall(SYS_statx, fd, "", AT_EMPTY_PATH, STATX_BTIME,
			 &status) == -1 ||
	    !(status.stx_mask & STATX_BTIME))
		return 0;
	return status.stx_btime.tv_sec * (uint64_t)1000000000 +
	       status.stx_btime.tv_nsec;
}
