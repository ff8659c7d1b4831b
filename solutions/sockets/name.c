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
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
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
	// BEGIN SOLUTION 1
	size_t length = strlen(path);

	if (length == 0) {
		errno = ENOENT;
		return -1;
	}
	if (length >= sizeof(addr->sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memset(addr, 0, sizeof(*addr));
	addr->sun_family = AF_UNIX;
	memcpy(addr->sun_path, path, length);
	return 0;
	// STUB (void)addr;
	// STUB (void)path;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 1
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
	// BEGIN SOLUTION 3
	struct stat file;
	int probe, refused;

	if (lstat(addr->sun_path, &file) == -1)
		return errno == ENOENT ? 0 : -1;
	if (!S_ISSOCK(file.st_mode)) {
		errno = EEXIST;
		return -1;
	}

	// Only "connection refused" proves that nobody has the socket open.
	// Datagrams need no accept: this never waits, and a stream server that
	// is alive answers "wrong type" without noticing.
	probe = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (probe == -1)
		return -1;
	refused = connect(probe, (const struct sockaddr *)addr,
			  sizeof(*addr)) == -1 &&
		  errno == ECONNREFUSED;
	close(probe);
	if (!refused) {
		errno = EADDRINUSE;
		return -1;
	}
	return unlink(addr->sun_path);
	// STUB (void)addr;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 3
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
