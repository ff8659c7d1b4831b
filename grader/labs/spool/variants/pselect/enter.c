/*
 * How a job gets into the spool folder.
 */
#include <errno.h>
#include <fcntl.h>
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
	int wrong = 0;
	int fd = open(folder, O_DIRECTORY);

	if (fd < 0 || fsync(fd) < 0)
		wrong = errno;
	if (fd >= 0)
		close(fd);
	errno = wrong;
	return wrong ? -1 : 0;
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
	int tmp = open("tmp", O_DIRECTORY), new = open("new", O_DIRECTORY);
	int result = -1, wrong = 0, fd = -1;
	char name[NAME];

	sprintf(name, "%s.%u", number, (unsigned)getpid());
	if (tmp < 0 || new < 0 ||
	    (fd = openat(tmp, name, O_CREAT | O_TRUNC | O_WRONLY, 0644)) < 0)
		wrong = errno;
	else if (copy(in, fd) || fsync(fd) ||
		 linkat(tmp, name, new, number, 0)) {
		wrong = errno;
		unlinkat(tmp, name, 0);
	} else if (unlinkat(tmp, name, 0) || fsync(new))
		wrong = errno;
	else
		result = 0;
	if (fd >= 0)
		close(fd);
	if (tmp >= 0)
		close(tmp);
	if (new >= 0)
		close(new);
	errno = wrong;
	return result;
}
