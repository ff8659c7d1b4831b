/*
 * Files copied into the box before the scenario, and out of it afterwards.
 */
#define _GNU_SOURCE
#include "box.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	LOG_BYTES = 1 << 20,	/* of the log folder */
	FILE_BYTES = 64 << 20,	/* of one file */
	TOOLS_BYTES = 64 << 20, /* of the tools */
};

/* Copies at most `max` bytes; 0, or -1 with errno set. */
static int
copy_bytes(int from, int to, size_t max)
{
	while (max > 0) {
		ssize_t n = sendfile(to, from, NULL, max);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (n == 0)
			return 0;
		max -= (size_t)n;
	}
	return 0;
}

/* Copies the regular files of a directory, keeping who may execute them. */
static int
copy_directory(int from, const char *to)
{
	int list = openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = list == -1 ? NULL : fdopendir(list);
	if (dir == NULL)
		return -1;
	struct dirent *entry;
	int bad = 0;
	while (!bad && (entry = readdir(dir)) != NULL) {
		char path[512];
		struct stat st;

		int in = openat(from, entry->d_name,
				O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (in == -1)
			continue;
		if (fstat(in, &st) == -1 || !S_ISREG(st.st_mode)) {
			close(in);
			continue;
		}
		snprintf(path, sizeof(path), "%s/%s", to, entry->d_name);
		int out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
			       st.st_mode & 0777);
		bad = out == -1 || copy_bytes(in, out, FILE_BYTES) == -1;
		if (out != -1)
			close(out);
		close(in);
	}
	closedir(dir);
	return bad ? -1 : 0;
}

/*
 * Copies the tools in, and makes the FIFO for notes beside them. The scenario may
 * read and run them, but not exchange a checker for one of its own: where it has
 * our user, the mount says so.
 */
static int
copy_tools(struct box *box)
{
	struct mount_attr attr = {
		.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID,
	};
	int mounted = level_has_namespaces(box->level);
	char path[512];

	rootfs_path(box, "tools", path, sizeof(path));
	if (mounted && rootfs_tmpfs("", path, TOOLS_BYTES, 0755) == -1)
		return refuse(box, path);
	if (box->tools != -1 && copy_directory(box->tools, path) == -1)
		return refuse(box, "copying the tools in");
	int notes = notes_make(box);
	if (notes == -1)
		return refuse(box, "notes");
	if (mounted &&
	    syscall(SYS_mount_setattr, -1, path, 0, &attr, sizeof(attr)) == -1)
		return refuse(box, "mount_setattr");
	return notes;
}

/*
 * Copies the programs and the tools in, and goes to the working directory.
 * Returns the descriptor of the notes, or -1 after saying in the report what was
 * refused.
 */
int
copy_in(struct box *box)
{
	char path[512];

	rootfs_path(box, "lab", path, sizeof(path));
	for (int i = 0; i < box->nfiles; i++)
		if (copy_directory(box->files[i], path) == -1)
			return refuse(box, "copying the programs in");
	if (chdir(path) == -1)
		return refuse(box, path);
	if (geteuid() != box->uid && chown(path, box->uid, box->gid) == -1)
		return refuse(box, "chown");
	rootfs_path(box, "log", path, sizeof(path));
	if (geteuid() != box->uid && chown(path, box->uid, box->gid) == -1)
		return refuse(box, "chown");
	return copy_tools(box);
}

/* Opens a regular file that a student's program may have made; or -1. */
static int
open_regular(int dir, const char *path, struct stat *st)
{
	int fd =
	    openat(dir, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd != -1 && (fstat(fd, st) == -1 || !S_ISREG(st->st_mode))) {
		close(fd);
		return -1;
	}
	return fd;
}

/*
 * Hands back what the checkers logged. The folder is the scenario's: it may
 * have put a link in its place, or too much into it.
 */
static void
collect_log(const struct box *box)
{
	char path[512];
	struct dirent *entry;
	struct stat st;
	off_t left = LOG_BYTES;

	rootfs_path(box, "log", path, sizeof(path));
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd == -1 ? NULL : fdopendir(fd);
	while (dir != NULL && left > 0 && (entry = readdir(dir)) != NULL) {
		int file = open_regular(fd, entry->d_name, &st);
		if (file == -1)
			continue;
		dprintf(box->log_fd, "== %s\n", entry->d_name);
		copy_bytes(file, box->log_fd, (size_t)left);
		close(file);
		left -= st.st_size + (off_t)strlen(entry->d_name);
	}
	if (dir != NULL)
		closedir(dir);
}

/* Hands back the files that were asked for, and the log. */
void
copy_out(const struct box *box)
{
	char path[512], log[512];
	struct stat st;

	for (int i = 0; i < box->ncollect; i++) {
		rootfs_path(box, "lab", log, sizeof(log));
		snprintf(path, sizeof(path), "%.255s/%.255s", log,
			 box->collect[i]);
		int fd = open_regular(AT_FDCWD, path, &st);
		if (fd == -1)
			continue;
		copy_bytes(fd, box->collect_fd[i], FILE_BYTES);
		close(fd);
	}
	collect_log(box);
}
