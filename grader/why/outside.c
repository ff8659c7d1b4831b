/*
 * What leads out of the box: pipes, sockets and the like that the supervisor
 * had open when why_outside() was called.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "why.h"
#include "world.h"

/* A supervisor has some ten of them. */
enum { OUTSIDE = 256 };

static struct {
	dev_t device;
	ino_t inode;
} outside[OUTSIDE];
static int known;
static bool overflow; /* too many: then everything may lead out */

static void
remember(dev_t device, ino_t inode)
{
	for (int i = 0; i < known; i++)
		if (outside[i].device == device && outside[i].inode == inode)
			return;
	if (known == OUTSIDE) {
		overflow = true;
		return;
	}
	outside[known].device = device;
	outside[known++].inode = inode;
}

void
why_outside(void)
{
	DIR *fds = opendir("/proc/self/fd");
	if (!fds) {
		overflow = true;
		return;
	}
	struct dirent *entry;
	while ((entry = readdir(fds))) {
		struct stat s;
		if (entry->d_name[0] == '.' ||
		    fstat(atoi(entry->d_name), &s) == -1 ||
		    S_ISREG(s.st_mode) || S_ISDIR(s.st_mode))
			continue;
		/*
		 * A signalfd and its like have no inode of their own. Those
		 * that are closed on exec never leave the supervisor.
		 */
		if ((s.st_mode & S_IFMT) == 0 &&
		    (fcntl(atoi(entry->d_name), F_GETFD) & FD_CLOEXEC))
			continue;
		remember(s.st_dev, s.st_ino);
	}
	closedir(fds);
}

/*
 * All eventfds share one inode: one that the supervisor holds makes every
 * eventfd of the test one that may lead out.
 */
bool
why_is_outside(const struct why_file *f)
{
	for (int i = 0; i < known; i++)
		if (outside[i].device == f->device &&
		    outside[i].inode == f->inode)
			return true;
	return overflow;
}
