/*
 * A spool folder for each side: a message is a file that enters by rename(2), and
 * inotify tells of it. Nothing is forced to the disk.
 */
#define _GNU_SOURCE
#include "link.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

static void
path_of(const struct channel *channel, int side, const char *name, char *path,
	size_t size)
{
	char inside[32];

	snprintf(inside, sizeof(inside), "%s%s", side == PING ? "ping" : "pong",
		 name);
	channel_path(channel, inside, path, size);
}

static int
open_spool(struct channel *channel)
{
	char path[96];

	if (channel_folder(channel) == -1)
		return -1;
	for (int side = 0; side < SIDES; side++) {
		path_of(channel, side, "", path, sizeof(path));
		if (mkdir(path, 0700) == -1)
			return -1;
		channel->in[side] = inotify_init1(IN_CLOEXEC);
		if (channel->in[side] == -1 ||
		    inotify_add_watch(channel->in[side], path, IN_MOVED_TO) ==
			-1)
			return -1;
	}
	return 0;
}

/* Writes it all; returns 0, or -1. */
static int
write_file(const char *path, const char *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	size_t done = 0;

	if (fd == -1)
		return -1;
	while (done < n) {
		ssize_t went = write(fd, bytes + done, n - done);

		if (went == -1 && errno != EINTR)
			break;
		if (went > 0)
			done += (size_t)went;
	}
	return close(fd) == -1 || done < n ? -1 : 0;
}

static ssize_t
put_spool(struct end *end, const void *bytes, size_t n)
{
	char new[96], job[96];

	path_of(end->channel, !end->side, ".new", new, sizeof(new));
	path_of(end->channel, !end->side, "/job", job, sizeof(job));
	if (write_file(new, bytes, n) == -1 || rename(new, job) == -1)
		return -1;
	return (ssize_t)n;
}

static ssize_t
take_spool(struct end *end, void *bytes, size_t n)
{
	_Alignas(struct inotify_event) char event[512];
	char job[96];
	size_t done = 0;
	int fd;

	/* One event for each file. */
	if (read(end->channel->in[end->side], event, sizeof(event)) == -1)
		return -1;
	path_of(end->channel, end->side, "/job", job, sizeof(job));
	fd = open(job, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	while (done < n) {
		ssize_t came = read(fd, (char *)bytes + done, n - done);

		if (came == 0 || (came == -1 && errno != EINTR))
			break;
		if (came > 0)
			done += (size_t)came;
	}
	close(fd);
	return unlink(job) == -1 ? -1 : (ssize_t)done;
}

const struct mechanism spool_file = {
	.name = "spool-file",
	.open = open_spool,
	.put = put_spool,
	.take = take_spool,
};
