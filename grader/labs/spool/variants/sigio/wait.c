/*
 * How the daemon waits for jobs.
 */
#define _GNU_SOURCE /* for ppoll */
#include <errno.h>
#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "spool.h"

volatile sig_atomic_t ended;

static volatile sig_atomic_t entered;

static void
on_event(int number)
{
	(void)number;
	entered = 1;
}

/*
 * Gap 3: begin to notice the jobs that enter new/, by rename(2) or link(2).
 *
 * Returns a descriptor for await_job, or -1 with errno set.
 */
int
watch_jobs(void)
{
	struct sigaction io = { .sa_handler = on_event };
	int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	if (watch == -1 || sigaction(SIGIO, &io, NULL) == -1 ||
	    fcntl(watch, F_SETOWN, getpid()) == -1 ||
	    fcntl(watch, F_SETFL, O_ASYNC | O_NONBLOCK) == -1 ||
	    inotify_add_watch(watch, "new", IN_MOVED_TO | IN_CREATE) == -1)
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
	char events[4096];
	sigset_t block, wait;

	sigemptyset(&block);
	sigaddset(&block, SIGIO);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGTERM);
	sigprocmask(SIG_BLOCK, &block, &wait);
	while (!ended && !entered)
		sigsuspend(&wait);
	entered = 0;
	sigprocmask(SIG_SETMASK, &wait, NULL);
	while (read(watch, events, sizeof(events)) > 0)
		;
	return 0;
}
