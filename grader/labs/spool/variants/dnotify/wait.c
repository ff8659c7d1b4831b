/*
 * How the daemon waits for jobs.
 */
#define _GNU_SOURCE /* for F_NOTIFY */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "spool.h"

volatile sig_atomic_t ended;

static volatile sig_atomic_t entered;

static void
on_entry(int number)
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
	struct sigaction io = { .sa_handler = on_entry,
				.sa_flags = SA_RESTART };
	int folder = open("new", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (folder == -1)
		return -1;
	/* DN_CREATE: a name has come, whether made, linked or moved there. */
	if (sigaction(SIGIO, &io, NULL) == 0 &&
	    fcntl(folder, F_NOTIFY, DN_CREATE | DN_MULTISHOT) == 0)
		return folder;
	int error = errno;
	close(folder);
	errno = error;
	return -1;
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
	sigset_t block, usual, wait;

	(void)watch; /* its signal is enough */
	sigemptyset(&block);
	sigaddset(&block, SIGIO);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &block, &usual) == -1)
		return -1;
	wait = usual;
	sigdelset(&wait, SIGIO);
	sigdelset(&wait, SIGINT);
	sigdelset(&wait, SIGTERM);
	while (!ended && !entered)
		sigsuspend(&wait);
	entered = 0;
	return sigprocmask(SIG_SETMASK, &usual, NULL);
}
