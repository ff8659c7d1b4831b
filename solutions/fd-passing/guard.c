/*
 * A vault opens files for others, with its own rights. So it must know who asks,
 * and that what it opens lies in its folder: a check of the path is true for as
 * long as nobody renames anything, which may be no time at all.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vault.h"

/*
 * Gap 2: was it the user `uid` who connected `sock`?
 *
 * Returns 1 if so, 0 if not, or if the kernel does not say. The effective user
 * at the time of connect(2) or socketpair(2) counts.
 * Trap: a number that the kernel has not filled in may be the right one.
 */
int
is_peer(int sock, uid_t uid)
{
	// BEGIN SOLUTION 2
	struct ucred peer;
	socklen_t size = sizeof(peer);

	return getsockopt(sock, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
	       peer.uid == uid;
	// STUB (void)sock;
	// STUB (void)uid;
	// STUB return 0;
	// END SOLUTION 2
}

/*
 * Gap 3: open the regular file `name`, in the folder `dir` or in folders below
 * it, for reading.
 *
 * Returns a descriptor, which is closed on exec, or -1 with errno set: ENOENT
 * when there is no such file. It never follows a symbolic link, in any part of
 * `name`, never leaves `dir`, and never waits; what is not a regular file is
 * refused. Whatever it refuses, no descriptor stays open.
 * Traps: folders and links change their places meanwhile. A FIFO without a
 * writer makes open(2) wait.
 */
int
open_inside(int dir, const char *name)
{
	// BEGIN SOLUTION 3
	struct open_how how = {
		.flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};
	struct stat file;
	int fd;

	fd = (int)syscall(SYS_openat2, dir, name, &how, sizeof(how));
	if (fd == -1)
		return -1;
	if (fstat(fd, &file) == 0 && S_ISREG(file.st_mode))
		return fd;
	close(fd);
	errno = EINVAL;
	return -1;
	// STUB (void)dir;
	// STUB (void)name;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 3
}
