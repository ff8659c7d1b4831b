/*
 * How the daemon waits for jobs.
 */
#define _GNU_SOURCE /* for ppoll */
#include <errno.h>
#include <sys/inotify.h>
#include <sys/select.h>
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
	int fd = inotify_init();

	if (fd >= 0 && inotify_add_watch(fd, "new",
					 IN_ALL_EVENTS & ~(IN_OPEN | IN_ACCESS |
							   IN_CLOSE)) < 0) {
		int wrong = errno;
		close(fd);
		errno = wrong;
		return -1;
	}
	return fd;
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
	static char room[65536];
	sigset_t block, before;
	fd_set set;
	int n, wrong;

	FD_ZERO(&set);
	FD_SET(watch, &set);
	sigemptyset(&block);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &block, &before);
	for (;;) {
		if (ended) {
			n = 0;
			break;
		}
		n = pselect(watch + 1, &set, NULL, NULL, NULL, &before);
		if (n != -1 || errno != EINTR)
			break;
		FD_SET(watch, &set);
	}
	wrong = errno;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = wrong;
	if (n <= 0)
		return n;
	while ((n = read(watch, room, sizeof(room))) == -1 && errno == EINTR)
		;
	return n == -1 ? -1 : 0;
}
