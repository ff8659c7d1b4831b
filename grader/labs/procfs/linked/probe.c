/*
 * Calls what proc.c promises, for the tests of the lab `procfs`.
 *
 *	probe stat TEXT...	what parse_stat makes of each text
 *	probe field TEXT NAME	what field finds, as far as the line goes
 *	probe ends PID...	what list_ends says of each
 *	probe gone FD PID	... if that descriptor is closed after its name was read,
 *				and before stat asks what it is
 *	probe again PID N	... N times, into one list; then how many descriptors
 *				more than before are open
 */
#define _GNU_SOURCE
#include "procfs.h"
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *gone;
static int was_gone; /* somebody asked, and was told so */

static int
is_gone(const char *path)
{
	const char *name = strrchr(path, '/');

	name = name == NULL ? path : name + 1;
	if (gone == NULL || strcmp(name, gone) != 0)
		return 0;
	was_gone = 1;
	errno = ENOENT;
	return 1;
}

/* These stand before those of the C library. */
int
fstatat(int dir, const char *restrict path, struct stat *restrict s, int flags)
{
	if (is_gone(path))
		return -1;
	return (int)syscall(SYS_newfstatat, dir, path, s, flags);
}

int
statx(int dir, const char *restrict path, int flags, unsigned int mask,
      struct statx *restrict s)
{
	if (is_gone(path))
		return -1;
	return (int)syscall(SYS_statx, dir, path, flags, mask, s);
}

int
stat(const char *restrict path, struct stat *restrict s)
{
	return fstatat(AT_FDCWD, path, s, 0);
}

static int
open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	if (dir == NULL)
		err(1, "/proc/self/fd");
	while (readdir(dir) != NULL)
		count++;
	closedir(dir);
	return count;
}

static void
ends(pid_t pid)
{
	static const char *const how[] = { "r", "w", "rw" };
	const char *hidden = gone;
	struct ends list = { 0 };

	errno = 0;
	if (list_ends(pid, &list) == -1)
		printf("%s\n", strerror(errno));
	for (size_t i = 0; i < list.count; i++) {
		const struct end *e = &list.end[i];
		char path[64];
		struct stat s;

		/* There are other ways to look; for them it was still open. */
		if (hidden != NULL && !was_gone && e->fd == atoi(hidden))
			continue;
		gone = NULL;
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)pid, e->fd);
		int known = stat(path, &s) == 0 && s.st_ino == e->ino &&
			    s.st_dev == e->dev && e->pid == pid;
		printf("%d %s %s%s\n", e->fd,
		       e->type == S_IFIFO    ? "fifo"
		       : e->type == S_IFSOCK ? "socket"
					     : "something else",
		       e->access >= 0 && e->access <= 2 ? how[e->access] : "?",
		       known ? "" : ", but pid, dev or ino is wrong");
	}
	free(list.end);
}

int
main(int argc, char *argv[])
{
	if (argc < 3)
		errx(2, "usage: probe stat|field|ends|gone|again ...");
	if (strcmp(argv[1], "gone") == 0 && argc == 4) {
		gone = argv[2];
		ends(to_pid(argv[3]));
	} else if (strcmp(argv[1], "field") == 0 && argc == 4) {
		const char *found = field(argv[2], argv[3]);

		printf("%.*s\n", found ? (int)strcspn(found, "\n") : 7,
		       found ? found : "nothing");
	} else if (strcmp(argv[1], "again") == 0 && argc == 4) {
		struct ends list = { 0 };
		int before = open_descriptors();

		for (int i = atoi(argv[3]); i > 0; i--)
			if (list_ends(to_pid(argv[2]), &list) == -1)
				err(1, "list_ends");
		printf("%zu ends, %d descriptors more\n", list.count,
		       open_descriptors() - before);
		free(list.end);
	} else {
		for (int i = 2; i < argc; i++) {
			struct process p = { .name = "as before" };

			errno = 0;
			if (strcmp(argv[1], "ends") == 0)
				ends(to_pid(argv[i]));
			else if (parse_stat(argv[i], &p) == 0)
				printf("<%s> %c %d\n", p.name, p.state,
				       (int)p.parent);
			else
				printf("%s\n", strerror(errno));
		}
	}
	return 0;
}
