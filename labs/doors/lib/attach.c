/*
 * The steps by which a FIFO takes the place of a file, and gives it back. The
 * file gets a second name in its directory, then the FIFO is renamed over the
 * first: there is always something at the path, and if the power fails between
 * two steps, the names that are left tell between which.
 *
 *	name		.name.door	.name.door-new
 *	the file	-		-
 *	the file	-		the FIFO	make_fifo
 *	the file	the file	the FIFO	attach_fifo: link,
 *	the FIFO	the file	-		and rename
 *	the file	-		-		restore_file: rename
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "attach.h"

/*
 * Fills in the names for `path`. *dir is its directory, locked, so that no
 * other process attaches there meanwhile; the caller unlocks and closes it.
 * Returns 0, or -1 with errno.
 */
int
attachment_names(struct attachment *at, const char *path, int *dir)
{
	char *real = realpath(path, NULL);
	char *slash;
	int length;

	if (real == NULL)
		return -1;
	slash = strrchr(real, '/');
	snprintf(at->name, sizeof(at->name), "%s", slash + 1);
	snprintf(at->saved, sizeof(at->saved), ".%s.door", at->name);
	length =
	    snprintf(at->fresh, sizeof(at->fresh), ".%s.door-new", at->name);
	slash[slash == real] = '\0';
	// No fork before it is our own, which a child closes: it would hold the
	// lock if we were killed.
	pthread_mutex_lock(&doors_lock);
	*dir = own(open(real, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	pthread_mutex_unlock(&doors_lock);
	free(real);
	if (*dir == -1)
		return -1;
	if (length > NAME_MAX) {
		own_close(*dir);
		errno = ENAMETOOLONG;
		return -1;
	}
	while (flock(*dir, LOCK_EX) == -1 && errno == EINTR)
		continue;
	return 0;
}

bool
is_at(int dir, const char *name, struct file_id file)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       same_file((struct file_id){ st.st_dev, st.st_ino }, file);
}

/*
 * Makes the FIFO, with owner, group and mode of the file `like`, and opens both
 * ends. Returns 0, or -1 with errno.
 */
int
make_fifo(int dir, struct attachment *at, const struct stat *like, int ends[2])
{
	struct stat st;
	int problem;

	(void)unlinkat(dir, at->fresh, 0); // left by a process that died here
	if (mkfifoat(dir, at->fresh, S_IRUSR | S_IWUSR) == -1)
		return -1;
	// Opened for reading and writing first, which does not block; then the
	// write end finds a reader.
	ends[1] = -1;
	ends[0] = openat(dir, at->fresh,
			 O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	if (ends[0] != -1)
		ends[1] =
		    openat(dir, at->fresh,
			   O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	if (ends[1] == -1 || fstat(ends[1], &st) == -1)
		goto fail;
	if ((st.st_uid != like->st_uid || st.st_gid != like->st_gid) &&
	    fchown(ends[1], like->st_uid, like->st_gid) == -1)
		goto fail;
	if (fchmod(ends[1], like->st_mode & ALLPERMS) == -1)
		goto fail;
	at->fifo = (struct file_id){ st.st_dev, st.st_ino };
	ends[0] = own(ends[0]);
	ends[1] = own(ends[1]);
	return 0;
fail:
	problem = errno;
	if (ends[0] != -1)
		close(ends[0]);
	if (ends[1] != -1)
		close(ends[1]);
	(void)unlinkat(dir, at->fresh, 0);
	errno = problem;
	return -1;
}

// The FIFO takes the place of the file. Returns 0, or -1 with errno.
int
attach_fifo(int dir, const struct attachment *at)
{
	int problem;

	if (linkat(dir, at->name, dir, at->saved, 0) == 0 &&
	    renameat(dir, at->fresh, dir, at->name) == 0)
		return 0;
	problem = errno;
	attach_undo(dir, at);
	errno = problem;
	return -1;
}

/*
 * The file takes its place again. Returns 0, or -1 with errno, ENOENT if there
 * is no such file.
 *
 * A process that is blocked in open(2) because the server is dead is woken, and
 * gets a descriptor of a dead door. If the door is `served`, no process is
 * blocked there, and opening the FIFO would count as a reader.
 */
int
restore_file(int dir, const struct attachment *at, bool served)
{
	int both = -1;
	int result, problem;

	if (!served)
		both = openat(dir, at->name,
			      O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	result = renameat(dir, at->saved, dir, at->name);
	problem = errno;
	if (both != -1)
		close(both);
	errno = problem;
	return result;
}

// fattach was interrupted: the file is still there, under two names.
void
attach_undo(int dir, const struct attachment *at)
{
	struct stat st;

	(void)unlinkat(dir, at->fresh, 0);
	if (fstatat(dir, at->name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    is_at(dir, at->saved, (struct file_id){ st.st_dev, st.st_ino }))
		(void)unlinkat(dir, at->saved, 0);
}
