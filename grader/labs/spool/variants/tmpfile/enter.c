/*
 * How a job gets into the spool folder.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "spool.h"

/*
 * Gap 1: see to it that the names in `folder`, as they are now, are still there
 * after a power failure.
 *
 * Returns 0, or -1 with errno set.
 */
int
sync_folder(const char *folder)
{
	int fd = open(".", O_RDONLY | O_CLOEXEC), at, result = -1;

	if (fd == -1)
		return -1;
	at = openat(fd, folder, O_RDONLY | O_CLOEXEC);
	if (at != -1) {
		result = fsync(at);
		if (result == -1) {
			int why = errno;
			close(at);
			errno = why;
		} else {
			result = close(at);
		}
	}
	if (result == -1) {
		int why = errno;
		close(fd);
		errno = why;
		return -1;
	}
	return close(fd);
}

/*
 * Gap 1, too: make what comes from `in` the job new/NUMBER; copy() reads it.
 *
 * Until all of it is there, and safe from a power failure, it has the name
 * tmp/NUMBER.PID. Returns 0 once the job cannot be lost any more. If something
 * fails, -1 with errno set: nothing is left in tmp/ then, and the job has not
 * entered, unless it was only the last step that failed, to make its name safe.
 * Trap: this process may be killed, or the power fail, between any two calls, and
 * a daemon may take at any moment what it sees in new/.
 */
int
enter(int in, const char *number)
{
	char self[64], job[NAME] = "new/";
	int fd, why;

	/* No name at all, until it is whole. */
	if ((fd = open("tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)) < 0)
		return -1;
	if (fchmod(fd, 0644) || copy(in, fd) || fdatasync(fd))
		goto failed;
	strncat(job, number, DIGITS);
	sprintf(self, "/proc/self/fd/%d", fd);
	if (linkat(AT_FDCWD, self, AT_FDCWD, job, AT_SYMLINK_FOLLOW))
		goto failed;
	if (close(fd))
		return -1;
	return sync_folder("new");
failed:
	why = errno;
	close(fd);
	errno = why;
	return -1;
}
