/*
 * How the daemon waits for jobs.
 */
#define _GNU_SOURCE /* for ppoll */
#include <errno.h>
#include <sys/epoll.h>
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
	int notes = inotify_init1(IN_NONBLOCK);
	int watch = epoll_create1(0);
	struct epoll_event e = { .events = EPOLLIN, .data.fd = notes };

	if (notes == -1 || watch == -1 ||
	    inotify_add_watch(notes, "new", IN_CREATE | IN_MOVE | IN_ONLYDIR) ==
		-1 ||
	    epoll_ctl(watch, EPOLL_CTL_ADD, notes, &e) == -1)
		return -1;
	return watch;
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
	struct epoll_event e;
	char notes[1024];
	sigset_t all, old;
	int n = 0;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	if (!ended)
		n = epoll_pwait(watch, &e, 1, -1, &old);
	int why = errno;
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (n == -1 && why != EINTR) {
		errno = why;
		return -1;
	}
	if (n == 1)
		while (read(e.data.fd, notes, sizeof(notes)) > 0)
			;
	return 0;
}
