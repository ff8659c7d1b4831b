/*
 * The descriptors of every process in a snapshot, and which of them are the
 * other end of a pipe or a socket.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "world.h"

/* The file system that POSIX message queues live in (linux/magic.h is older
 * than the constant on some systems). */
#ifndef MQUEUE_MAGIC
#define MQUEUE_MAGIC 0x19800202
#endif

static enum why_type
anonymous_type(const char *name)
{
	if (strcmp(name, "anon_inode:[eventfd]") == 0)
		return WHY_EVENTFD;
	if (strcmp(name, "anon_inode:[signalfd]") == 0)
		return WHY_SIGNALFD;
	if (strcmp(name, "anon_inode:[timerfd]") == 0)
		return WHY_TIMERFD;
	if (strcmp(name, "anon_inode:[eventpoll]") == 0)
		return WHY_EPOLLFD;
	if (strcmp(name, "anon_inode:inotify") == 0)
		return WHY_INOTIFY;
	return WHY_STRANGE;
}

static enum why_type
file_type(const char *path, const char *name, mode_t mode)
{
	struct statfs fs;

	if (S_ISSOCK(mode))
		return WHY_SOCKET;
	if (S_ISFIFO(mode))
		return strncmp(name, "pipe:", 5) == 0 ? WHY_PIPE : WHY_FIFO;
	if (strncmp(name, "anon_inode:", 11) == 0)
		return anonymous_type(name);
	if (S_ISREG(mode) && statfs(path, &fs) == 0 &&
	    fs.f_type == MQUEUE_MAGIC)
		return WHY_MQUEUE;
	return WHY_OTHER_FILE;
}

/* Is this inode, on the same file system, a folder in the folder `path`? */
static bool
is_in(const char *path, dev_t device, unsigned long inode)
{
	struct dirent *e;
	struct stat st;
	bool found = false;
	DIR *dir = opendir(path);

	while (dir && !found && (e = readdir(dir)) != NULL)
		found = e->d_ino == inode && e->d_type == DT_DIR &&
			fstatat(dirfd(dir), e->d_name, &st,
				AT_SYMLINK_NOFOLLOW) == 0 &&
			st.st_dev == device && st.st_ino == inode;
	if (dir)
		closedir(dir);
	return found;
}

/*
 * Does this text, the fdinfo of an inotify, name the working directory of `pid`,
 * or folders in it, and nothing else? In the box only the test changes anything there.
 */
static bool
watches_home(const char *text, pid_t pid)
{
	char path[64];
	struct stat home;
	int watches = 0;
	unsigned long inode;
	unsigned int device;

	snprintf(path, sizeof path, "/proc/%d/cwd", pid);
	if (stat(path, &home) == -1)
		return false;
	/* The kernel's number of a device, not that of stat(2). */
	unsigned int home_device =
	    major(home.st_dev) << 20 | minor(home.st_dev);
	while ((text = strstr(text, "\ninotify ")) != NULL) {
		text++;
		if (sscanf(text, "inotify wd:%*x ino:%lx sdev:%x", &inode,
			   &device) != 2 ||
		    device != home_device ||
		    (inode != home.st_ino && !is_in(path, home.st_dev, inode)))
			return false;
		watches++;
	}
	return watches > 0;
}

/* What fdinfo alone shows. A timerfd that cannot be read counts as armed. */
static void
read_info(struct why_file *f, pid_t pid)
{
	char text[1024];
	uint64_t flags = 0;
	unsigned long seconds, nanoseconds;

	f->armed = f->type == WHY_TIMERFD;
	f->signals = true;
	if (!why_slurp(text, sizeof text, "/proc/%d/fdinfo/%d", pid, f->fd))
		return;
	if (why_field(text, "flags:", 8, &flags))
		f->signals = flags & O_ASYNC;
	f->at_home = f->type == WHY_INOTIFY && strlen(text) < sizeof text - 1 &&
		     watches_home(text, pid);
	const char *left = strstr(text, "it_value: (");
	if (left &&
	    sscanf(left, "it_value: (%lu, %lu)", &seconds, &nanoseconds) == 2)
		f->armed = seconds || nanoseconds;
}

/*
 * The permission bits of the link in /proc/PID/fd show what the descriptor is
 * open for. lstat, stat, statfs and readlink open nothing: to open a FIFO by
 * that link would wake the processes that wait for its other end.
 */
static void
add_file(struct why_world *w, struct why_process *p, int fd)
{
	char path[64];
	struct stat link, target;

	if (w->files == WHY_FILES) {
		w->truncated = true;
		return;
	}
	struct why_file *f = &w->file[w->files];
	*f = (struct why_file){ .process = (int)(p - w->process), .fd = fd };
	snprintf(path, sizeof path, "/proc/%d/fd/%d", p->pid, fd);
	ssize_t n = readlink(path, f->name, sizeof f->name - 1);
	if (n == -1 || lstat(path, &link) == -1 || stat(path, &target) == -1)
		return;
	f->name[n] = '\0';
	f->device = target.st_dev;
	f->inode = target.st_ino;
	f->reads = link.st_mode & S_IRUSR;
	f->writes = link.st_mode & S_IWUSR;
	f->type = file_type(path, f->name, target.st_mode);
	if (!S_ISREG(target.st_mode) && !S_ISDIR(target.st_mode))
		read_info(f, p->pid);
	w->files++;
	p->files++;
}

/*
 * Adds the descriptors of all processes. In the order of /proc, that is of
 * their numbers, so that texts are the same each time.
 */
void
why_add_files(struct why_world *w)
{
	for (int i = 0; i < w->processes && !w->truncated; i++) {
		struct why_process *p = &w->process[i];
		char path[64];

		p->first_file = w->files;
		if (p->state == 'Z' && p->threads <= 1)
			continue;
		snprintf(path, sizeof path, "/proc/%d/fd", p->pid);
		DIR *fds = opendir(path);
		if (!fds) {
			p->opaque = true;
			continue;
		}
		struct dirent *entry;
		while (!w->truncated && (entry = readdir(fds)))
			if (entry->d_name[0] != '.')
				add_file(w, p, atoi(entry->d_name));
		closedir(fds);
	}
}

struct why_file *
why_file_of(struct why_world *w, int process, int fd)
{
	const struct why_process *p = &w->process[process];

	for (int i = p->first_file; i < p->first_file + p->files; i++)
		if (w->file[i].fd == fd)
			return &w->file[i];
	return NULL;
}

/*
 * Lists the descriptors at the other end of `f`: for a pipe or FIFO those
 * that are open for writing when `reading`, for reading otherwise; for a
 * socket those of its peer. An end opened for both is its own other end.
 * Returns how many there are; at most `max` are listed.
 */
int
why_other_ends(struct why_world *w, const struct why_file *f, bool reading,
	       struct why_file **ends, int max)
{
	struct why_socket s;
	unsigned long inode = f->inode;
	int count = 0;

	if (f->type == WHY_SOCKET) {
		if (!why_socket_of(f->inode, &s) || s.peer == 0)
			return 0;
		inode = s.peer;
	}
	for (int i = 0; i < w->files; i++) {
		struct why_file *end = &w->file[i];
		if (end->type != f->type || end->device != f->device ||
		    end->inode != inode)
			continue;
		if (f->type != WHY_SOCKET &&
		    !(reading ? end->writes : end->reads))
			continue;
		if (count < max)
			ends[count] = end;
		count++;
	}
	return count;
}
