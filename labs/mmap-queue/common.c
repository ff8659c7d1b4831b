/*
 * What else the programs share: waiting until the queue's file is there, saying
 * what went wrong, reading a number.
 */
#include "queue.h"
#include <err.h>
#include <errno.h>
#include <libgen.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

/* Milliseconds until `deadline`, at least 0, or -1 for ever. */
static int
time_left(const struct timespec *deadline, int limit)
{
	struct timespec now;
	long left;

	if (limit == 0)
		return -1;
	if (clock_gettime(CLOCK_MONOTONIC, &now) == -1)
		err(1, "clock_gettime");
	left = (deadline->tv_sec - now.tv_sec) * 1000 +
	       (deadline->tv_nsec - now.tv_nsec) / 1000000;
	return left > 0 ? left : 0;
}

void
queue_await(const char *path, int limit)
{
	_Alignas(struct inotify_event) char news[4096];
	struct timespec deadline;
	char *copy = strdup(path);
	int fd, ready;

	if (copy == NULL)
		err(1, "strdup");
	if (clock_gettime(CLOCK_MONOTONIC, &deadline) == -1)
		err(1, "clock_gettime");
	deadline.tv_sec += limit;
	// Watch first, then look: nothing can appear unseen in between.
	fd = inotify_init1(IN_CLOEXEC);
	if (fd == -1)
		err(1, "inotify_init1");
	if (inotify_add_watch(fd, dirname(copy), IN_CREATE | IN_MOVED_TO) == -1)
		err(1, "%s", path);
	free(copy);
	while (access(path, F_OK) == -1) {
		struct pollfd created = { .fd = fd, .events = POLLIN };

		if (errno != ENOENT)
			err(1, "%s", path);
		ready = poll(&created, 1, time_left(&deadline, limit));
		if (ready == 0)
			errx(1, "%s: no queue within %d s", path, limit);
		if ((ready == -1 || read(fd, news, sizeof(news)) == -1) &&
		    errno != EINTR)
			err(1, "%s", path);
	}
	close(fd);
}

void
queue_warn(const char *path, const char *wanted, int limit)
{
	if (errno == ETIMEDOUT)
		warnx("%s: no %s within %d s", path, wanted, limit);
	else if (errno == EOWNERDEAD)
		warnx("%s: the lock was not released within %d s", path, limit);
	else
		warn("%s", path);
}

int
queue_number(const char *text, int max)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(text, &end, 10);
	if (errno != 0 || *end != '\0' || number < 1 || number > max)
		errx(2, "%s: not a number from 1 to %d", text, max);
	return (int)number;
}
