/*
 * What the files in /proc/PID say of a process.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "procfs.h"

/*
 * Gap 1: find the line of `text` that begins with `name`, then a colon, blank or
 * tab.
 *
 * Returns what follows in that line, without the colons, blanks and tabs before it; NULL
 * if there is no such line. Trap: names begin like others, and values may be like names.
 */
const char *
field(const char *text, const char *name)
{
	// BEGIN SOLUTION 1
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
	// STUB (void)text;
	// STUB (void)name;
	// STUB return NULL;
	// END SOLUTION 1
}

/*
 * Gap 1, too: take name, state and parent from `text`, which is
 *
 *	PID (NAME) STATE PARENT ...
 *
 * Returns 0, or -1 with errno EINVAL if one of the three is not there. A name that
 * is too long for `p` is cut. Trap: a name may have spaces, newlines, and parentheses.
 */
int
parse_stat(const char *text, struct process *p)
{
	// BEGIN SOLUTION 1
	const char *begin = strchr(text, '('), *end = strrchr(text, ')');

	if (begin == NULL || end == NULL || end < begin ||
	    sscanf(end, ") %c %d ", &p->state, &p->parent) != 2) {
		errno = EINVAL;
		return -1;
	}
	snprintf(p->name, sizeof(p->name), "%.*s", (int)(end - begin - 1),
		 begin + 1);
	return 0;
	// STUB (void)text;
	// STUB (void)p;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 1
}

/*
 * Gap 2: append `e` to `ends`, however many there are.
 *
 * Returns 0, or -1 with errno set and `ends` as it was.
 */
int
add_end(struct ends *ends, const struct end *e)
{
	// BEGIN SOLUTION 2
	struct end *more =
	    realloc(ends->end, (ends->count + 1) * sizeof(*more));

	if (more == NULL)
		return -1;
	ends->end = more;
	more[ends->count++] = *e;
	return 0;
	// STUB (void)ends;
	// STUB (void)e;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 2
}

/*
 * Gap 2, too: append to `ends` the pipes, FIFOs and sockets among the descriptors of
 * `pid`, in the order of the folder /proc/PID/fd. How each is open is in
 * /proc/PID/fdinfo/FD, as an octal number after "flags:"; one that is open with
 * O_PATH is no end.
 *
 * Returns 0, or -1 with errno set: ESRCH if there is no such process, EACCES or
 * EPERM if we may not look into it. Leaves no descriptor open. Trap: processes end
 * and descriptors are closed while we read, which is no error: the rest counts.
 */
int
list_ends(pid_t pid, struct ends *ends)
{
	// BEGIN SOLUTION 2
	char path[64];
	struct dirent *d;
	struct stat s;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	DIR *dir = opendir(path);
	if (dir == NULL) {
		if (errno == ENOENT)
			errno = ESRCH;
		return -1;
	}
	int result = 0;
	while (result == 0 && (d = readdir(dir)) != NULL) {
		if (fstatat(dirfd(dir), d->d_name, &s, 0) == -1 ||
		    (!S_ISFIFO(s.st_mode) && !S_ISSOCK(s.st_mode)))
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
				 s.st_mode & S_IFMT,
				 (int)bits & O_ACCMODE,
				 s.st_dev,
				 s.st_ino };
		result = add_end(ends, &e);
	}
	int saved = errno;
	closedir(dir);
	errno = saved;
	return result;
	// STUB (void)pid;
	// STUB (void)ends;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 2
}
