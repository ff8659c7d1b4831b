/*
 * Message queues: two of POSIX, one for each direction; one of System V, with a
 * type for each direction. A message of theirs has PART bytes at most.
 */
#define _GNU_SOURCE
#include "link.h"

#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <unistd.h>

#define PART	8192 /* what both allow without further ado */
#define WAITING 4    /* messages in a POSIX queue: 64 KiB in both */

static size_t
part(size_t n)
{
	return n < PART ? n : PART;
}

/* ---- POSIX */

static int
open_posix(struct channel *channel)
{
	struct mq_attr attributes = { .mq_maxmsg = WAITING,
				      .mq_msgsize = PART };
	char name[64];

	for (int side = 0; side < SIDES; side++) {
		snprintf(name, sizeof(name), "/measure-%d", (int)getpid());
		channel->in[side] =
		    mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600,
			    &attributes);
		if (channel->in[side] == -1)
			return -1;
		mq_unlink(name);
		channel->out[!side] = channel->in[side];
	}
	return 0;
}

static ssize_t
put_posix(struct end *end, const void *bytes, size_t n)
{
	n = part(n);
	if (mq_send(end->channel->out[end->side], bytes, n, 0) == -1)
		return -1;
	return (ssize_t)n;
}

/* The buffer must have room for the longest message of the queue. */
static ssize_t
take_posix(struct end *end, void *bytes, size_t n)
{
	static char room[PART];
	char *to = n < PART ? room : bytes;
	ssize_t came = mq_receive(end->channel->in[end->side], to, PART, NULL);

	if (came > 0 && to == room)
		memcpy(bytes, room, (size_t)came < n ? (size_t)came : n);
	return came;
}

const struct mechanism posix_queue = {
	.name = "posix-queue",
	.open = open_posix,
	.put = put_posix,
	.take = take_posix,
};

/* ---- System V */

static struct {
	long type; /* to ping: 1, to pong: 2 */
	char text[PART];
} message;

static int
open_sysv(struct channel *channel)
{
	channel->id = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	return channel->id == -1 ? -1 : 0;
}

static ssize_t
put_sysv(struct end *end, const void *bytes, size_t n)
{
	n = part(n);
	message.type = !end->side + 1;
	memcpy(message.text, bytes, n);
	if (msgsnd(end->channel->id, &message, n, 0) == -1)
		return -1;
	return (ssize_t)n;
}

static ssize_t
take_sysv(struct end *end, void *bytes, size_t n)
{
	ssize_t came =
	    msgrcv(end->channel->id, &message, part(n), end->side + 1, 0);

	if (came > 0)
		memcpy(bytes, message.text, (size_t)came);
	return came;
}

static void
close_sysv(struct channel *channel)
{
	if (channel->id != -1)
		msgctl(channel->id, IPC_RMID, NULL);
}

const struct mechanism sysv_queue = {
	.name = "sysv-queue",
	.open = open_sysv,
	.put = put_sysv,
	.take = take_sysv,
	.close = close_sysv,
};
