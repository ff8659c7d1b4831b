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
	// TODO 2
	(void)sock;
	(void)uid;
	return 0;
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
	// TODO 3
	(void)dir;
	(void)name;
	errno = ENOSYS;
	return -1;
}
