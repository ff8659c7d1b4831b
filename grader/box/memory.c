/*
 * How much memory the programs in the box hold. Most is resident in one of
 * them; but page tables, unlinked files and System V objects cost memory too,
 * and the kernel has no limit for them.
 */
#define _GNU_SOURCE
#include "box.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	SEMAPHORE_BYTES = 64, /* of kernel memory: a cache line */
	MESSAGE_BYTES = 64,   /* besides its text */
	COLUMNS = 16,	      /* of a table in /proc/sysvipc */
};

/* The number after `name` in the text of /proc/PID/status; 0: none. */
static long
field(const char *text, const char *name)
{
	const char *line = strstr(text, name);

	return line == NULL ? 0 : strtol(line + strlen(name), NULL, 10);
}

/* Resident pages and page tables, shared pages counted for each process. */
static long
resident(pid_t pid)
{
	char path[64], text[4096];

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return 0; /* it has just ended */
	ssize_t n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	return 1024 * (field(text, "\nVmRSS:") + field(text, "\nVmPTE:"));
}

/* Files that were counted already: the first few, which is all of most. */
struct seen {
	ino_t inode[64];
	int n;
};

/* Open files without a name (from memfd_create, or unlinked). */
static long
nameless(pid_t pid, struct seen *seen)
{
	char path[64];
	long bytes = 0;
	struct dirent *entry;
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	DIR *dir = opendir(path);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		int i = 0;

		if (fstatat(dirfd(dir), entry->d_name, &st, 0) == -1 ||
		    !S_ISREG(st.st_mode) || st.st_nlink != 0)
			continue;
		while (i < seen->n && seen->inode[i] != st.st_ino)
			i++;
		if (i < seen->n)
			continue;
		if (seen->n < (int)(sizeof(seen->inode) / sizeof(ino_t)))
			seen->inode[seen->n++] = st.st_ino;
		bytes += 512L * st.st_blocks;
	}
	if (dir != NULL)
		closedir(dir);
	return bytes;
}

/*
 * Adds up a table of /proc/sysvipc: column `a` times `a_bytes`, and the same
 * for `b`, in the lines of the box's user. Columns count from 1.
 */
static long
table(const struct box *box, const char *path, int owner, int a, long a_bytes,
      int b, long b_bytes)
{
	char line[512];
	long bytes = 0;
	FILE *file = fopen(path, "re");

	if (file == NULL || fgets(line, sizeof(line), file) == NULL)
		line[0] = '\0';
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		long value[COLUMNS + 1] = { 0 };
		char *next = line;

		for (int i = 1; i <= COLUMNS; i++)
			value[i] = strtol(next, &next, 10);
		if (level_has_namespaces(box->level) ||
		    value[owner] == (long)box->uid)
			bytes += value[a] * a_bytes + value[b] * b_bytes;
	}
	if (file != NULL)
		fclose(file);
	return bytes;
}

/* Bytes that these processes, and the objects of the box, take. */
long
memory_used(const struct box *box, const pid_t *pids, int npids)
{
	struct seen seen = { .n = 0 };
	long bytes = 0;

	for (int i = 0; i < npids; i++)
		bytes += resident(pids[i]) + nameless(pids[i], &seen);
	/* resident and swapped; semaphores; text and number of messages */
	bytes += table(box, "/proc/sysvipc/shm", 8, 15, 1, 16, 1);
	bytes += table(box, "/proc/sysvipc/sem", 5, 4, SEMAPHORE_BYTES, 0, 0);
	bytes += table(box, "/proc/sysvipc/msg", 8, 4, 1, 5, MESSAGE_BYTES);
	return bytes;
}
