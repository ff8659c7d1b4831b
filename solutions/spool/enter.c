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
	// BEGIN SOLUTION 1
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		return -1;
	int result = fsync(fd), error = errno;
	close(fd);
	errno = error;
	return result;
	// STUB (void)folder;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 1
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
	// BEGIN SOLUTION 1
	char tmp[NAME], job[NAME];
	int error = 0;

	snprintf(tmp, sizeof(tmp), "tmp/%.6s.%d", number, (int)getpid());
	snprintf(job, sizeof(job), "new/%.6s", number);
	int fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd == -1)
		return -1;
	if (copy(in, fd) == -1 || fsync(fd) == -1)
		error = errno;
	if (close(fd) == -1 && error == 0)
		error = errno;
	if (error == 0 && rename(tmp, job) == -1)
		error = errno;
	if (error == 0)
		return sync_folder("new");
	unlink(tmp);
	errno = error;
	return -1;
	// STUB (void)in;
	// STUB (void)number;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 1
}
