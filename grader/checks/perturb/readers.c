/*
 * perturb, the readers of a pipe: looks through the open files of all
 * processes. Another reader that is busy may be about to close its copy, as
 * every parent after fork is: it gets the time that it needs.
 */
#define _GNU_SOURCE
#include "perturb.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* An entry as the kernel writes it, see getdents(2). */
struct entry {
	uint64_t inode;
	int64_t offset;
	unsigned short length;
	unsigned char type;
	char name[];
};

/*
 * Calls `found` for each entry of `path` whose name is a number, until that
 * returns true. No readdir(3): it allocates memory, and this may run in a
 * handler.
 */
static bool
any_number(const char *path, bool (*found)(long number, const void *data),
	   const void *data)
{
	_Alignas(struct entry) char buffer[2048];
	bool stop = false;
	long length;
	long fd = note_syscall(SYS_openat, AT_FDCWD, path,
			       O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		return false;
	while (!stop && (length = note_syscall(SYS_getdents64, fd, buffer,
					       sizeof(buffer))) > 0) {
		for (long at = 0; at < length && !stop;) {
			struct entry *e = (struct entry *)(buffer + at);

			if (e->name[0] >= '0' && e->name[0] <= '9')
				stop = found(strtol(e->name, NULL, 10), data);
			at += e->length;
		}
	}
	note_syscall(SYS_close, fd);
	return stop;
}

struct search {
	const struct stat *pipe;
	pid_t owner; /* the process looked at, or the one found */
};

/* True if the descriptor is open for reading on the pipe that is searched. */
static bool
reads_it(long fd, const void *data)
{
	const struct search *search = data;
	char path[64];
	struct stat file, link;

	snprintf(path, sizeof(path), "/proc/%d/fd/%ld", (int)search->owner, fd);
	if (note_syscall(SYS_newfstatat, AT_FDCWD, path, &file, 0) == -1 ||
	    file.st_ino != search->pipe->st_ino ||
	    file.st_dev != search->pipe->st_dev)
		return false;
	/* The permissions of the link tell how the file was opened. */
	return note_syscall(SYS_newfstatat, AT_FDCWD, path, &link,
			    AT_SYMLINK_NOFOLLOW) == 0 &&
	       (link.st_mode & S_IRUSR);
}

/*
 * How often another reader gets time to close its copy, in microseconds. After
 * fork it may be waiting for this process to sleep: so sleep.
 */
enum { TRIES = 4, TRY_TIME = 20000 };

static pid_t other; /* the process that any_number found */

static bool
other_reads_it(long pid, const void *data)
{
	struct search search = *(const struct search *)data;
	char path[64];

	if (pid == search.owner)
		return false;
	search.owner = pid;
	snprintf(path, sizeof(path), "/proc/%ld/fd", pid);
	if (!any_number(path, reads_it, &search))
		return false;
	other = pid;
	return true;
}

static bool
single_thread(void)
{
	struct stat tasks;

	/* A directory has two links, and one for each directory in it. */
	return note_syscall(SYS_newfstatat, AT_FDCWD, "/proc/self/task", &tasks,
			    0) == 0 &&
	       tasks.st_nlink == 3;
}

/* True if no other process reads the pipe, or will soon. */
static bool
alone(const struct search *search)
{
	for (int i = 0; i < TRIES; i++) {
		if (!any_number("/proc", other_reads_it, search))
			return true;
		perturb_nap(TRY_TIME);
		perturb_settle(other, other);
	}
	return false;
}

bool
perturb_sole_reader(int fd)
{
	static struct stat shared; /* the pipe last seen to have others */
	struct stat status;
	struct search search = { &status, getpid() };
	int saved = errno;
	bool sole = false;

	if (single_thread() && note_syscall(SYS_fstat, fd, &status) == 0 &&
	    (status.st_ino != shared.st_ino ||
	     status.st_dev != shared.st_dev)) {
		sole = alone(&search);
		if (!sole)
			shared = status;
	}
	errno = saved;
	return sole;
}
