/*
 * In streams: each file is read line by line.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "procfs.h"

const char *
field(const char *text, const char *name)
{
	bool begins = true;

	for (const char *at = text; *at != '\0'; at++) {
		const char *t = at, *n = name;

		while (begins && *n != '\0' && *t == *n)
			t++, n++;
		if (begins && *n == '\0' &&
		    (*t == ' ' || *t == '\t' || *t == ':')) {
			while (*t == ' ' || *t == '\t' || *t == ':')
				t++;
			return t;
		}
		begins = *at == '\n';
	}
	return NULL;
}

int
parse_stat(const char *text, struct process *p)
{
	size_t first = 0, last = 0, used = 0;

	for (size_t i = 0; text[i] != '\0'; i++) {
		if (text[i] == '(' && first == 0)
			first = i + 1;
		if (text[i] == ')' && first != 0)
			last = i;
	}
	if (last == 0 ||
	    sscanf(text + last + 1, " %c %d", &p->state, &p->parent) < 2) {
		errno = EINVAL;
		return -1;
	}
	while (first < last && used + 1 < sizeof(p->name))
		p->name[used++] = text[first++];
	p->name[used] = '\0';
	return 0;
}

int
add_end(struct ends *ends, const struct end *e)
{
	if (ends->count % 64 == 0) {
		void *more = reallocarray(ends->end, ends->count + 64,
					  sizeof(*ends->end));

		if (more == NULL)
			return -1;
		ends->end = more;
	}
	memcpy(&ends->end[ends->count], e, sizeof(*e));
	ends->count++;
	return 0;
}

/* How it is open; -1: it is not any more, or can be used for nothing. */
static int
access_of(pid_t pid, int fd)
{
	char *path, *line = NULL;
	size_t size = 0;
	unsigned long flags = O_PATH;

	if (asprintf(&path, "/proc/%d/fdinfo/%d", (int)pid, fd) == -1)
		return -1;
	FILE *f = fopen(path, "re");
	free(path);
	while (f != NULL && getline(&line, &size, f) != -1)
		if (strncmp(line, "flags:", 6) == 0)
			flags = strtoul(line + 6, NULL, 8);
	free(line);
	if (f != NULL)
		fclose(f);
	return flags & O_PATH ? -1 : (int)(flags & O_ACCMODE);
}

int
list_ends(pid_t pid, struct ends *ends)
{
	char *folder;
	struct dirent **names;

	if (asprintf(&folder, "/proc/%d/fd", (int)pid) == -1)
		return -1;
	int n = scandir(folder, &names, NULL, versionsort);
	int saved = errno == ENOENT ? ESRCH : errno;
	bool full = false;
	for (int i = 0; i < n; i++) {
		struct stat s;
		char *path;

		if (isdigit((unsigned char)names[i]->d_name[0]) &&
		    asprintf(&path, "%s/%s", folder, names[i]->d_name) != -1) {
			struct end e = { .pid = pid,
					 .fd = atoi(names[i]->d_name) };

			if (stat(path, &s) == 0 &&
			    (S_ISFIFO(s.st_mode) || S_ISSOCK(s.st_mode)) &&
			    (e.access = access_of(pid, e.fd)) != -1) {
				e.type = s.st_mode & S_IFMT;
				e.dev = s.st_dev;
				e.ino = s.st_ino;
				full = full || add_end(ends, &e) == -1;
			}
			free(path);
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	free(folder);
	if (n >= 0 && !full)
		return 0;
	errno = full ? ENOMEM : saved;
	return -1;
}
