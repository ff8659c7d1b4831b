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
	// TODO 1
	(void)folder;
	errno = ENOSYS;
	return -1;
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
	// TODO 1
	(void)in;
	(void)number;
	errno = ENOSYS;
	return -1;
}
