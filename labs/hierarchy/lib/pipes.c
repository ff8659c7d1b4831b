/*
 * Pipes, and FIFOs: one for each direction.
 */
#define _GNU_SOURCE
#include "link.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int
open_pipes(struct channel *channel)
{
	for (int side = 0; side < SIDES; side++) {
		int fds[2];

		if (pipe2(fds, O_CLOEXEC) == -1)
			return -1;
		channel->in[side] = fds[0];
		channel->out[!side] = fds[1];
	}
	return 0;
}

const struct mechanism pipes = {
	.name = "pipe",
	.open = open_pipes,
	.put = put_bytes,
	.take = take_bytes,
};

/* To open a reader does not wait with O_NONBLOCK; then there is one for the
 * writer. The name is not needed any more. */
static int
open_fifo(const char *path, int *reader, int *writer)
{
	*reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (*reader == -1)
		return -1;
	*writer = open(path, O_WRONLY | O_CLOEXEC);
	if (*writer == -1)
		return -1;
	return fcntl(*reader, F_SETFL, O_RDONLY);
}

static int
open_fifos(struct channel *channel)
{
	char path[96];

	if (channel_folder(channel) == -1)
		return -1;
	channel_path(channel, "fifo", path, sizeof(path));
	for (int side = 0; side < SIDES; side++) {
		int result;

		if (mkfifo(path, 0600) == -1)
			return -1;
		result =
		    open_fifo(path, &channel->in[side], &channel->out[!side]);
		unlink(path);
		if (result == -1)
			return -1;
	}
	return 0;
}

const struct mechanism fifos = {
	.name = "fifo",
	.open = open_fifos,
	.put = put_bytes,
	.take = take_bytes,
};
