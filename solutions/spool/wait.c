/*
 * How the daemon waits for jobs.
 */
#define _GNU_SOURCE /* for ppoll */
#include <errno.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "spool.h"

volatile sig_atomic_t ended;

/*
 * Gap 3: begin to notice the jobs that enter new/, by rename(2) or link(2).
 *
 * Returns a descriptor for await_job, or -1 with errno set.
 */
int
watch_jobs(void)
{
	// BEGIN SOLUTION 3
	int watch = inotify_init1(IN_CLOEXEC);

	if (watch == -1)
		return -1;
	if (inotify_add_watch(watch, "new", IN_MOVED_TO | IN_CREATE) != -1)
		return watch;
	int error = errno;
	close(watch);
	errno = error;
	return -1;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 3
}

/*
 * Gap 3, too: wait until something has entered new/ since watch_jobs or the last
 * await_job, or until the handler of SIGTERM and SIGINT has set `ended`.
 *
 * Returns 0, at once if that is so already, or -1 with errno set. Waits asleep.
 * Traps: the signal may come just before the wait. And what was noticed once is
 * not to end the next wait, too.
 */
int
await_job(int watch)
{
	// BEGIN SOLUTION 3
	struct pollfd job = { .fd = watch, .events = POLLIN };
	char events[4096]; /* whose they are next_job will see */
	sigset_t ends, usual;

	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	if (sigprocmask(SIG_BLOCK, &ends, &usual) == -1)
		return -1;
	int n = ended ? 0 : ppoll(&job, 1, NULL, &usual);
	if (n == -1 && errno == EINTR)
		n = 0;
	if (n == 1 && read(watch, events, sizeof(events)) == -1)
		n = -1;
	int error = errno;
	sigprocmask(SIG_SETMASK, &usual, NULL);
	errno = error;
	return n == -1 ? -1 : 0;
	// STUB (void)watch;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 3
}
