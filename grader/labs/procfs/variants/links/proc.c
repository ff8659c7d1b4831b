/*
 * As ls -l does it: how a descriptor is open is in the permissions of its link.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "procfs.h"

const char *
field(const char *text, const char *name)
{
	size_t n = strlen(name);
	const char *end;

	for (; *text != '\0'; text = end + (*end == '\n')) {
		end = strchrnul(text, '\n');
		if (strcspn(text, ": \t\n") == n &&
		    memcmp(text, name, n) == 0 && text + n != end)
			return text + n + strspn(text + n, ": \t");
	}
	return NULL;
}

int
parse_stat(const char *text, struct process *p)
{
	const char *open = strchr(text, '(');
	const char *close = open == NULL ? NULL : strrchr(open, ')');

	if (close == NULL || close[1] != ' ' || close[2] == '\0' ||
	    close[3] != ' ' || !isdigit((unsigned char)close[4])) {
		errno = EINVAL;
		return -1;
	}
	size_t len = (size_t)(close - open - 1);
	if (len >= sizeof(p->name))
		len = sizeof(p->name) - 1;
	memcpy(p->name, open + 1, len);
	p->name[len] = '\0';
	p->state = close[2];
	p->parent = atoi(close + 4);
	return 0;
}

int
add_end(struct ends *ends, const struct end *e)
{
	/* The room is the next power of two. */
	if ((ends->count & (ends->count - 1)) == 0) {
		size_t room = ends->count == 0 ? 1 : 2 * ends->count;
		struct end *copy = malloc(room * sizeof(*copy));

		if (copy == NULL)
			return -1;
		if (ends->count > 0)
			memcpy(copy, ends->end, ends->count * sizeof(*copy));
		free(ends->end);
		ends->end = copy;
	}
	ends->end[ends->count++] = *e;
	return 0;
}

static int
add_fd(pid_t pid, int dir, const char *name, struct ends *ends)
{
	struct stat link, object;

	if (fstatat(dir, name, &link, AT_SYMLINK_NOFOLLOW) == -1 ||
	    fstatat(dir, name, &object, 0) == -1)
		return 0;
	mode_t type = object.st_mode & S_IFMT;
	mode_t bits = link.st_mode & (S_IRUSR | S_IWUSR);
	if ((type != S_IFIFO && type != S_IFSOCK) || bits == 0)
		return 0;
	struct end e = { .pid = pid, .type = type, .dev = object.st_dev };
	e.fd = (int)strtol(name, NULL, 10);
	e.ino = object.st_ino;
	e.access = bits == S_IRUSR   ? O_RDONLY
		   : bits == S_IWUSR ? O_WRONLY
				     : O_RDWR;
	return add_end(ends, &e);
}

int
list_ends(pid_t pid, struct ends *ends)
{
	char path[32];
	int result = 0;

	snprintf(path, sizeof(path), "/proc/%d/fd/", (int)pid);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1) {
		errno = errno == ENOENT ? ESRCH : errno;
		return -1;
	}
	DIR *dir = fdopendir(fd);
	if (dir == NULL) {
		close(fd);
		return -1;
	}
	for (struct dirent *d; result == 0 && (d = readdir(dir)) != NULL;)
		if (d->d_name[0] != '.')
			result = add_fd(pid, fd, d->d_name, ends);
	closedir(dir);
	return result;
}
