/*
 * The name of a UNIX-domain socket is a file. bind(2) makes that file and
 * nothing removes it when the program ends: a server that was killed leaves a
 * stale one behind, which nobody can bind again and nobody can connect to.
 *
 * Look at: what may be removed, what may not, and who holds the lock meanwhile.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "name.h"

/*
 * Gap 1: make `path` the address in `addr`, every byte of which is set.
 *
 * Returns 0, or -1 with errno ENOENT when `path` is empty and ENAMETOOLONG
 * when it and its final NUL do not fit into sun_path.
 * Trap: sun_path has 108 bytes, however long `path` is.
 */
int
set_address(struct sockaddr_un *addr, const char *path)
{
	int length;

	*addr = (struct sockaddr_un){ .sun_family = AF_UNIX };
	length = snprintf(addr->sun_path, sizeof(addr->sun_path), "%s", path);
	if (length >= 1 && length < (int)sizeof(addr->sun_path))
		return 0;
	errno = length == 0 ? ENOENT : ENAMETOOLONG;
	return -1;
}

/*
 * Gap 3: remove the file that `addr` names if it is a stale socket.
 *
 * Returns 0 when the name is free: there was no file, or it was a socket that
 * nobody has open, and is gone now. Returns -1 and leaves the file alone
 * otherwise, with errno EADDRINUSE when somebody has that socket open, whatever
 * its type, and EEXIST when the file is anything but a socket (a symbolic link
 * is not a socket). The caller holds the lock of the folder.
 * Trap: a server that is too busy to accept is still alive.
 */
static int
clear_stale(const struct sockaddr_un *addr)
{
	const int types[] = { SOCK_STREAM, SOCK_DGRAM };
	struct timeval limit = { .tv_usec = 1 };
	struct stat file;
	int probe, result, why;

	if (lstat(addr->sun_path, &file) == -1)
		return errno == ENOENT ? 0 : -1;
	if ((file.st_mode & S_IFMT) != S_IFSOCK) {
		errno = EEXIST;
		return -1;
	}
	// As a client would, but not longer than a microsecond. A stream socket
	// that does not listen refuses, too; only a stale one refuses both types.
	for (int i = 0; i < 2; i++) {
		probe = socket(AF_UNIX, types[i], 0);
		if (probe == -1)
			return -1;
		setsockopt(probe, SOL_SOCKET, SO_SNDTIMEO, &limit,
			   sizeof(limit));
		result = connect(probe, (const struct sockaddr *)addr,
				 sizeof(*addr));
		why = errno;
		close(probe);
		if (result == 0 || why != ECONNREFUSED) {
			errno = EADDRINUSE;
			return -1;
		}
	}
	return unlink(addr->sun_path);
}

/*
 * Lock the folder that `path` lies in. No lock file: nothing stays behind.
 *
 * Returns a descriptor, whose close(2) releases the lock, or -1 with errno.
 */
static int
lock_folder(const char *path)
{
	char *copy = strdup(path); // dirname(3) may write into it
	int lock;

	if (copy == NULL)
		return -1;
	lock = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(copy);
	if (lock != -1 && flock(lock, LOCK_EX) == -1) {
		close(lock);
		return -1;
	}
	return lock;
}

/*
 * Bind a new socket of `type` to `path`; a SOCK_STREAM one listens as well.
 *
 * Returns the socket, and in `own` the file that belongs to it. Ends the
 * program with a message when the name is not to be had.
 */
int
claim(const char *path, int type, struct stat *own)
{
	struct sockaddr_un addr;
	int lock, sock;

	if (set_address(&addr, path) == -1)
		err(1, "path '%s'", path);

	// From the first look at the name until the socket listens, it is ours
	// alone. Without the lock, two servers that start together both see a
	// stale socket, and the second removes the new one of the first.
	lock = lock_folder(path);
	if (lock == -1 || clear_stale(&addr) == -1)
		err(1, "path '%s'", path);
	sock = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	if (sock == -1)
		err(1, "socket");
	if (bind(sock, (struct sockaddr *)&addr, sizeof(addr)) == -1 ||
	    lstat(path, own) == -1)
		err(1, "path '%s'", path);
	if (type == SOCK_STREAM && listen(sock, SOMAXCONN) == -1)
		err(1, "listen");
	close(lock);
	return sock;
}

/*
 * Close `sock` and remove its file, unless somebody has put another there.
 */
void
release(const char *path, int sock, const struct stat *own)
{
	struct stat now;
	int lock = lock_folder(path);

	// While the socket is open the kernel keeps its inode, so no other file
	// can have got the same number: look first, close afterwards.
	if (lock == -1)
		warn("path '%s'", path);
	else if (lstat(path, &now) == 0 && now.st_dev == own->st_dev &&
		 now.st_ino == own->st_ino && unlink(path) == -1)
		warn("path '%s'", path);
	close(sock);
	if (lock != -1)
		close(lock);
}
