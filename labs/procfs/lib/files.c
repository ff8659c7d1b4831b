/*
 * Reads a file of any size; prints names.
 */
#define _GNU_SOURCE
#include "names.h"
#include "procfs.h"
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

char *
read_file(const char *path)
{
	size_t size = 1024, have = 0;
	char *text = malloc(size);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 || text == NULL ? -1 : 1;

	while (n > 0) {
		n = read(fd, text + have, size - have - 1);
		if (n == -1 && errno == EINTR)
			n = 1;
		else if (n > 0)
			have += (size_t)n;
		if (n > 0 && size - have == 1) {
			char *more = realloc(text, size *= 2);

			if (more == NULL)
				n = -1;
			else
				text = more;
		}
	}
	int saved = errno;
	if (fd != -1)
		close(fd);
	if (n == -1) {
		free(text);
		errno = saved;
		return NULL;
	}
	text[have] = '\0';
	return text;
}

void
read_load(const char *folder, char *files[3])
{
	static const char *const names[] = { "loadavg", "cpuinfo", "vmstat" };
	char path[PATH_MAX];

	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		files[i] = read_file(path);
		if (files[i] == NULL)
			err(1, "%s", path);
	}
}

pid_t
to_pid(const char *text)
{
	char *end;

	errno = 0;
	long pid = strtol(text, &end, 10);
	if (!isdigit((unsigned char)text[0]) || *end != '\0' || errno != 0 ||
	    pid < 1 || pid > INT_MAX)
		return 0;
	return (pid_t)pid;
}

void
put_name(const char *name)
{
	for (; *name != '\0'; name++) {
		unsigned char c = (unsigned char)*name;

		if (c < ' ' || c == 127 || c == '\\')
			printf("\\%03o", c);
		else
			putchar(c);
	}
}

/* Sets path (PATH_MAX bytes) to that of a shared mapping of `pid`. */
static void
path_of_mapping(const struct end *e, char *path)
{
	char name[64], shared;
	unsigned int high, low;
	unsigned long long ino;
	int at = 0;

	snprintf(name, sizeof(name), "/proc/%d/maps", (int)e->pid);
	char *text = read_file(name), *rest = text;
	for (char *line; (line = strsep(&rest, "\n")) != NULL;)
		if (sscanf(line, "%*s %*3s%c %*s %x:%x %llu %n", &shared, &high,
			   &low, &ino, &at) == 4 &&
		    shared == 's' && ino == e->ino &&
		    makedev(high, low) == e->dev) {
			snprintf(path, PATH_MAX, "%s", line + at);
			break;
		}
	free(text);
}

int
put_head(const struct end *e, int is_tcp)
{
	static const char *const how[] = { "read", "write", "read and write" };
	static char path[PATH_MAX];
	char name[64];

	if (e->type == S_IFSOCK) {
		printf("fd %d %s\n", e->fd,
		       is_tcp ? "TCP:" : "socket: /proc does not say");
		return !is_tcp;
	}
	path[0] = '\0';
	if (e->type == S_IFIFO) {
		snprintf(name, sizeof(name), "/proc/%d/fd/%d", (int)e->pid,
			 e->fd);
		ssize_t n = readlink(name, path, sizeof(path) - 1);
		path[n > 0 ? n : 0] = '\0';
		if (strncmp(path, "pipe:[", 6) == 0)
			strcpy(path, "pipe");
		printf("fd %d ", e->fd);
	} else {
		path_of_mapping(e, path);
		printf("mapping ");
	}
	put_name(path[0] == '\0' ? "?" : path);
	if (e->type == S_IFIFO)
		printf(", %s", how[e->access]);
	puts(":");
	return 0;
}
