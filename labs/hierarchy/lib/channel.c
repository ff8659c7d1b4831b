/*
 * What many channels are made of: descriptors, and a folder for names.
 */
#define _GNU_SOURCE
#include "link.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
channel_init(struct channel *channel)
{
	*channel = (struct channel){
		.in = { -1, -1 },
		.out = { -1, -1 },
		.id = -1,
	};
}

int
channel_folder(struct channel *channel)
{
	strcpy(channel->folder, "measure.XXXXXX");
	if (mkdtemp(channel->folder) != NULL)
		return 0;
	channel->folder[0] = '\0';
	return -1;
}

void
channel_path(const struct channel *channel, const char *name, char *path,
	     size_t size)
{
	snprintf(path, size, "%s/%s", channel->folder, name);
}

static void
close_unless(int fd, int kept, int kept_too)
{
	if (fd != -1 && fd != kept && fd != kept_too)
		close(fd);
}

/* A side that ends is noticed only if nobody else has its descriptors. */
void
channel_use(struct channel *channel, int side)
{
	int other = !side, in = channel->in[side], out = channel->out[side];

	close_unless(channel->in[other], in, out);
	if (channel->out[other] != channel->in[other])
		close_unless(channel->out[other], in, out);
	channel->in[other] = channel->out[other] = -1;
}

void
channel_close(struct channel *channel)
{
	for (int side = 0; side < SIDES; side++) {
		int in = channel->in[side], out = channel->out[side];

		channel_use(channel, side);
		close_unless(in, -1, -1);
		close_unless(out, in, -1);
		channel->in[side] = channel->out[side] = -1;
	}
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	remove(path);
	return 0;
}

void
channel_remove(struct channel *channel)
{
	channel_close(channel);
	if (channel->folder[0] != '\0')
		nftw(channel->folder, remove_one, 4, FTW_DEPTH | FTW_PHYS);
}

ssize_t
put_bytes(struct end *end, const void *bytes, size_t n)
{
	return write(end->channel->out[end->side], bytes, n);
}

ssize_t
take_bytes(struct end *end, void *bytes, size_t n)
{
	return read(end->channel->in[end->side], bytes, n);
}
