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
 *	probe full PID		what add_end, and then list_ends, does without memory;
 *				and whether add_end goes on when there is some again
 *	probe once PID		what list_ends does without memory for one end of many
 *	probe mapped PID	likewise list_mappings
 *	probe unread PID	what list_ends does if fdopendir finds no memory
 */
#define _GNU_SOURCE
#include "procfs.h"
#include <dirent.h>
#include <dlfcn.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
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

static int
is_as_it_was(const struct ends *list, size_t count)
{
	size_t i = 0;

	while (list->end != NULL && i < count && list->end[i].fd == (int)i)
		i++;
	return list->count == count && i == count;
}

static void
full(pid_t pid)
{
	enum { ROOM = 512 * 1024, RESERVE = 64 * 1024, MOST = 20000 };
	struct ends list = { 0 };
	struct end e = { .type = S_IFIFO };
	struct rlimit limit;
	size_t pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f == NULL || fscanf(f, "%zu", &pages) != 1 ||
	    getrlimit(RLIMIT_AS, &limit) == -1)
		err(1, "memory");
	fclose(f);
	/* For all but the list; what comes after it keeps it apart. */
	char *reserve = malloc(RESERVE), *after = malloc(1);
	rlim_t usual = limit.rlim_cur;
	limit.rlim_cur = pages * (size_t)getpagesize() + ROOM;
	if (reserve == NULL || after == NULL ||
	    setrlimit(RLIMIT_AS, &limit) == -1)
		err(1, "memory");
	errno = 0;
	while (e.fd < MOST && add_end(&list, &e) == 0)
		e.fd++;
	int added = e.fd == MOST ? 0 : -1, has_errno = errno != 0;
	int same = is_as_it_was(&list, (size_t)e.fd);
	free(reserve);
	int before = open_descriptors();
	errno = 0;
	int listed = same ? list_ends(pid, &list) : 0;
	has_errno = has_errno && (listed != -1 || errno != 0);
	int more = open_descriptors() - before;
	limit.rlim_cur = usual;
	setrlimit(RLIMIT_AS, &limit);
	int still = same && added == -1 && add_end(&list, &e) == -1;
	printf("add_end %d, the list %s\n", added,
	       same ? "as it was" : "is another");
	if (same)
		printf("list_ends %d, %d descriptors more\n", listed, more);
	if (!has_errno)
		puts("errno is not set");
	if (still)
		puts("add_end -1, though there is memory again");
	free(after);
	if (same)
		free(list.end);
}

/* At which call from now on there is no memory; 0: at none. */
static int refused;
static int was_refused;

/* These two stand before the C library's. */
void *
realloc(void *old, size_t size)
{
	static void *(*real)(void *, size_t);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "realloc");
	if (refused > 0 && --refused == 0) {
		was_refused = 1;
		errno = ENOMEM;
		return NULL;
	}
	return real(old, size);
}

void *
reallocarray(void *old, size_t count, size_t size)
{
	size_t all;

	if (__builtin_mul_overflow(count, size, &all)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(old, all);
}

/* There is no memory when the list grows for the second time, and then again. */
static void
once(const char *name, int (*function)(pid_t, struct ends *), pid_t pid)
{
	struct ends list = { 0 };

	refused = 2;
	int result = function(pid, &list);
	refused = 0;
	printf("%s %d\n", name, was_refused ? result : -1);
	free(list.end);
}

static int unread;

/* This one, too, stands before the C library's. */
DIR *
fdopendir(int fd)
{
	static DIR *(*real)(int);

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "fdopendir");
	if (unread == 0)
		return real(fd);
	unread = 0;
	errno = ENOMEM;
	return NULL;
}

/* Who does not call fdopendir passes. */
static void
find_no_memory(pid_t pid)
{
	struct ends list = { 0 };
	int before = open_descriptors(), result, error;

	unread = 1;
	result = list_ends(pid, &list);
	error = errno;
	if (unread != 0) {
		result = -1;
		error = ENOMEM;
	}
	unread = 0;
	printf("list_ends %d, %d descriptors more: %s\n", result,
	       open_descriptors() - before, strerror(error));
	free(list.end);
}

int
main(int argc, char *argv[])
{
	if (argc < 3)
		errx(2,
		     "usage: probe "
		     "stat|field|ends|gone|again|full|once|mapped|unread ...");
	if (strcmp(argv[1], "gone") == 0 && argc == 4) {
		gone = argv[2];
		ends(to_pid(argv[3]));
	} else if (strcmp(argv[1], "full") == 0) {
		full(to_pid(argv[2]));
	} else if (strcmp(argv[1], "once") == 0) {
		once("list_ends", list_ends, to_pid(argv[2]));
	} else if (strcmp(argv[1], "mapped") == 0) {
		once("list_mappings", list_mappings, to_pid(argv[2]));
	} else if (strcmp(argv[1], "unread") == 0) {
		find_no_memory(to_pid(argv[2]));
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
			int result;

			errno = 0;
			if (strcmp(argv[1], "ends") == 0)
				ends(to_pid(argv[i]));
			else if ((result = parse_stat(argv[i], &p)) == 0)
				printf("<%s> %c %d\n", p.name, p.state,
				       (int)p.parent);
			else if (result == -1)
				printf("%s\n", strerror(errno));
			else
				printf("%d, not 0 or -1\n", result);
		}
	}
	return 0;
}
