/*
 * The processes of a scenario: all that descend from the supervisor.
 */
#define _GNU_SOURCE
#include "box.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Reads a file of /proc, whose path is relative to the directory `dir`, into
 * `text`. Returns its length; 0, and "", if it cannot be read.
 */
size_t
read_text(int dir, const char *path, char *text, size_t size)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? 0 : read(fd, text, size - 1);

	if (fd != -1)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

/* Reads parent, state and name of a process; 0, or -1 when it has gone. */
static int
read_stat(pid_t pid, pid_t *parent, char *state, char name[static 17])
{
	char path[64], text[512];

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (read_text(AT_FDCWD, path, text, sizeof(text)) == 0)
		return -1;
	/* The name may hold spaces and parentheses: the last one counts. */
	char *open_paren = strchr(text, '('), *close_paren = strrchr(text, ')');
	if (open_paren == NULL || close_paren == NULL)
		return -1;
	snprintf(name, 17, "%.*s", (int)(close_paren - open_paren - 1),
		 open_paren + 1);
	return sscanf(close_paren + 1, " %c %d", state, parent) == 2 ? 0 : -1;
}

/*
 * Lists the processes below this one, the supervisor; at most `max` of them.
 * Returns how many it wrote to `pids`.
 */
int
processes_below(pid_t *pids, int max)
{
	int n = 0;
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	pid_t self = getpid();

	while (dir != NULL && n < max && (entry = readdir(dir)) != NULL) {
		char state, name[17];
		pid_t pid = atoi(entry->d_name), up = pid, parent;

		if (pid <= 0 || pid == self)
			continue;
		while (up != self && up > 1 &&
		       read_stat(up, &parent, &state, name) == 0)
			up = parent;
		if (up == self)
			pids[n++] = pid;
	}
	if (dir != NULL)
		closedir(dir);
	return n;
}

/* Reports processes that outlived the scenario, as leftovers.c does objects. */
void
processes_report(const struct box *box, const pid_t *pids, int npids)
{
	for (int i = 0; i < npids; i++) {
		char state, name[17];
		pid_t parent;

		if (read_stat(pids[i], &parent, &state, name) == -1)
			continue;
		for (char *c = name; *c != '\0'; c++)
			if (!isprint((unsigned char)*c))
				*c = '?';
		fprintf(box->report, "left %s\t%s (pid %d)\t%s\n",
			state == 'Z' ? "zombie" : "process", name, pids[i],
			"waitpid");
	}
}
