/*
 * Each descriptor is held by one with O_PATH, and looked at through that.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "procfs.h"

const char *
field(const char *text, const char *name)
{
	size_t len = strlen(name);

	while (text != NULL) {
		if (strncmp(text, name, len) == 0 && text[len] != '\0' &&
		    strchr(": \t", text[len]) != NULL)
			return text + len + strspn(text + len, ": \t");
		text = strchr(text, '\n');
		if (text != NULL)
			text++;
	}
	return NULL;
}

int
parse_stat(const char *text, struct process *p)
{
	const char *begin = strchr(text, '('), *end = strrchr(text, ')');

	if (begin == NULL || end == NULL || end < begin ||
	    sscanf(end, ") %c %d ", &p->state, &p->parent) != 2) {
		errno = EINVAL;
		return -1;
	}
	snprintf(p->name, sizeof(p->name), "%.*s", (int)(end - begin - 1),
		 begin + 1);
	return 0;
}

int
add_end(struct ends *ends, const struct end *e)
{
	struct end *more =
	    realloc(ends->end, (ends->count + 1) * sizeof(*more));

	if (more == NULL)
		return -1;
	ends->end = more;
	more[ends->count++] = *e;
	return 0;
}

int
list_ends(pid_t pid, struct ends *ends)
{
	char path[64];
	struct dirent *d;
	struct statx s;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	DIR *dir = opendir(path);
	if (dir == NULL) {
		if (errno == ENOENT)
			errno = ESRCH;
		return -1;
	}
	int result = 0;
	while (result == 0 && (d = readdir(dir)) != NULL) {
		int handle = openat(dirfd(dir), d->d_name, O_PATH | O_CLOEXEC);

		if (handle == -1)
			continue;
		int known =
		    statx(handle, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &s);
		close(handle);
		if (known == -1 ||
		    (!S_ISFIFO(s.stx_mode) && !S_ISSOCK(s.stx_mode)))
			continue;
		snprintf(path, sizeof(path), "/proc/%d/fdinfo/%.20s", (int)pid,
			 d->d_name);
		char *text = read_file(path);
		const char *flags = text != NULL ? field(text, "flags") : NULL;
		long bits = flags != NULL ? strtol(flags, NULL, 8) : O_PATH;
		free(text);
		if (bits & O_PATH)
			continue;
		struct end e = { pid,
				 atoi(d->d_name),
				 s.stx_mode & S_IFMT,
				 (int)bits & O_ACCMODE,
				 makedev(s.stx_dev_major, s.stx_dev_minor),
				 s.stx_ino };
		result = add_end(ends, &e);
	}
	int saved = errno;
	closedir(dir);
	errno = saved;
	return result;
}
