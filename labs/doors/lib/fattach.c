/*
 * fattach, fdetach: a door at a path. What stands there is a FIFO: open(2) can
 * open it if its mode allows that, and does not block, because the server has
 * it open, too. (A UNIX socket at the path could not be opened: ENXIO.)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "attach.h"
#include "stropts.h"

// Does a server listen for the FIFO `file`?
static bool
is_served(struct file_id file)
{
	struct sockaddr_un address;
	socklen_t length = socket_address(file, &address);
	int sock =
	    socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool served = true; // if in doubt

	if (sock == -1)
		return served;
	if (connect(sock, (struct sockaddr *)&address, length) == -1)
		served = errno != ECONNREFUSED;
	close(sock);
	return served;
}

/*
 * Is the path free for a door? What a dead server has left there is removed.
 * Returns 0, and in *st what is at the path; or -1 with errno: EBUSY, EPERM.
 */
static int
clear_path(int dir, const struct attachment *at, struct stat *st)
{
	struct stat saved;
	struct file_id file;

	if (fstatat(dir, at->name, st, AT_SYMLINK_NOFOLLOW) == -1)
		return -1;
	if (fstatat(dir, at->saved, &saved, AT_SYMLINK_NOFOLLOW) == 0) {
		file = (struct file_id){ st->st_dev, st->st_ino };
		if (!S_ISFIFO(st->st_mode)) {
			// Either fattach was interrupted, or another file was
			// put at the path.
			if (unlinkat(dir, at->saved, 0) == -1)
				return -1;
		} else if (is_served(file)) {
			errno = EBUSY;
			return -1;
		} else if (restore_file(dir, at, false) == -1) {
			return -1;
		}
		if (fstatat(dir, at->name, st, AT_SYMLINK_NOFOLLOW) == -1)
			return -1;
	}
	if (geteuid() != 0 && geteuid() != st->st_uid) {
		errno = EPERM;
		return -1;
	}
	return 0;
}

// Attaches `door`, with doors_lock held and `dir` locked.
static int
attach(struct door *door, int dir, struct attachment *at, const char *path)
{
	struct endpoint *endpoint = NULL;
	struct stat st;
	int ends[2], problem;

	if (clear_path(dir, at, &st) == -1)
		return -1;
	if (make_fifo(dir, at, &st, ends) == -1)
		return -1;
	if (door->attributes & (DOOR_UNREF | DOOR_UNREF_MULTI)) {
		own_close(ends[0]); // its readers are counted
		ends[0] = -1;
	}
	endpoint = endpoint_open(door, ends[1], ends[0]);
	if (endpoint == NULL) {
		problem = errno;
		own_close(ends[0]);
		own_close(ends[1]);
		attach_undo(dir, at);
		errno = problem;
		return -1;
	}
	endpoint->path = realpath(path, NULL);
	endpoint->helper = helper_start(at, dir, &endpoint->lock_byte);
	if (endpoint->path != NULL && endpoint->helper != -1 &&
	    attach_fifo(dir, at) == 0)
		return 0;
	problem = errno;
	attach_undo(dir, at);
	(void)flock(dir, LOCK_UN); // the helper needs it before it ends
	if (endpoint->helper != -1)
		helper_end(endpoint->helper, endpoint->lock_byte);
	endpoint_detach(endpoint);
	errno = problem;
	return -1;
}

/*
 * Attaches the door `fd`, of this process, over the file at `path`, until
 * fdetach, or until the process ends. Returns 0, or -1 with errno: EBADF,
 * EINVAL if `fd` is not a door of this process, ENOENT if there is no file,
 * EBUSY if a door is attached there already, EPERM, EACCES.
 */
int
fattach(int fd, const char *path)
{
	struct attachment at;
	struct door *door;
	int dir, result = -1, problem;

	if (fcntl(fd, F_GETFD) == -1 || attachment_names(&at, path, &dir) == -1)
		return -1;
	pthread_mutex_lock(&doors_lock);
	door = door_by_fd(fd);
	if (door == NULL)
		errno = EINVAL;
	else
		result = attach(door, dir, &at, path);
	problem = errno;
	(void)flock(dir, LOCK_UN); // the helper has inherited the lock
	pthread_mutex_unlock(&doors_lock);
	own_close(dir);
	errno = problem;
	return result;
}

/*
 * Brings back the file that was at `path`. Processes that have the door open
 * may still call it. Returns 0, or -1 with errno: EINVAL if no door is
 * attached, EACCES.
 */
int
fdetach(const char *path)
{
	struct attachment at;
	struct endpoint *endpoint = NULL;
	struct stat st;
	pid_t helper = -1;
	off_t lock_byte = 0;
	int dir, result = -1, problem;

	if (attachment_names(&at, path, &dir) == -1)
		return -1;
	if (fstatat(dir, at.name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		struct file_id file = { st.st_dev, st.st_ino };

		if (S_ISFIFO(st.st_mode))
			result = restore_file(dir, &at, is_served(file));
		if (!S_ISFIFO(st.st_mode) || errno == ENOENT)
			errno = EINVAL;
	}
	problem = errno;
	(void)flock(dir, LOCK_UN);
	own_close(dir);
	errno = problem;
	if (result == -1)
		return -1;
	pthread_mutex_lock(&doors_lock);
	if (door_by_file((struct file_id){ st.st_dev, st.st_ino }, &endpoint) !=
	    NULL) {
		helper = endpoint->helper;
		lock_byte = endpoint->lock_byte;
		endpoint_detach(endpoint);
	}
	pthread_mutex_unlock(&doors_lock);
	if (helper != -1)
		helper_end(helper, lock_byte);
	return 0;
}

// At exit, so that the file is back when the process has ended. If exit was
// called by a signal handler while the lock is held, the helper does it; another
// thread gives the lock back soon.
__attribute__((destructor)) static void
detach_all(void)
{
	struct timespec end;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec++;
	for (;;) {
		char *path;
		int result;

		if (pthread_mutex_timedlock(&doors_lock, &end) != 0)
			return;
		path = attached_path();
		pthread_mutex_unlock(&doors_lock);
		if (path == NULL)
			return;
		result = fdetach(path);
		free(path);
		if (result == -1)
			return;
	}
}
