/*
 * All processes; what is printed of one.
 */
#include "names.h"
#include "procfs.h"
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static void
put_one(pid_t pid, pid_t *parent)
{
	struct process p = { .name = "?" };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	char *text = read_file(path);
	if (text != NULL && parse_stat(text, &p) == -1)
		err(1, "%s", path);
	free(text);
	printf("%d (", (int)pid);
	put_name(p.name);
	putchar(')');
	*parent = p.parent;
}

void
put_process(pid_t pid)
{
	pid_t parent;

	put_one(pid, &parent);
	printf(", child of ");
	put_one(parent, &parent);
	putchar('\n');
}

void
put_end(const struct end *e)
{
	pid_t parent;

	printf("    ");
	put_one(e->pid, &parent);
	if (e->fd != -1)
		printf(" fd %d", e->fd);
	putchar('\n');
}

int
list_all(struct ends *all)
{
	DIR *dir = opendir("/proc");
	struct dirent *d;
	int refused = 0;

	if (dir == NULL)
		err(1, "/proc");
	while ((d = readdir(dir)) != NULL) {
		pid_t pid = to_pid(d->d_name);

		if (pid == 0 ||
		    (list_ends(pid, all) == 0 && list_mappings(pid, all) == 0))
			continue;
		if (errno == EACCES || errno == EPERM)
			refused++;
		else if (errno != ENOENT && errno != ESRCH)
			err(1, "process %d", (int)pid);
	}
	closedir(dir);
	return refused;
}
