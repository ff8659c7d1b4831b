/*
 * Sockets: pairs of the UNIX domain, and a TCP connection over loopback.
 */
#define _GNU_SOURCE
#include "link.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#define DATAGRAM 65536 /* bytes at most: below what a socket's buffer holds */

static void
connected(struct channel *channel, const int fds[2])
{
	for (int side = 0; side < SIDES; side++)
		channel->in[side] = channel->out[side] = fds[side];
}

static int
pair(struct channel *channel, int type)
{
	int fds[2];

	if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds) == -1)
		return -1;
	connected(channel, fds);
	return 0;
}

static int
open_stream(struct channel *channel)
{
	return pair(channel, SOCK_STREAM);
}

static int
open_datagram(struct channel *channel)
{
	return pair(channel, SOCK_DGRAM);
}

static int
open_seqpacket(struct channel *channel)
{
	return pair(channel, SOCK_SEQPACKET);
}

static ssize_t
put_datagram(struct end *end, const void *bytes, size_t n)
{
	return put_bytes(end, bytes, n < DATAGRAM ? n : DATAGRAM);
}

/* connect returns as soon as the connection waits to be accepted. */
static int
connect_to_us(int listener, int fds[2])
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t length = sizeof(address);
	const int on = 1;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) ==
		-1 ||
	    listen(listener, 1) == -1 ||
	    getsockname(listener, (struct sockaddr *)&address, &length) == -1)
		return -1;
	fds[PING] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fds[PING] == -1)
		return -1;
	fds[PONG] = -1;
	if (connect(fds[PING], (struct sockaddr *)&address, sizeof(address)) ==
	    0)
		fds[PONG] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (fds[PONG] == -1) {
		close(fds[PING]);
		return -1;
	}
	/* Small messages go at once, not when an acknowledgement has come. */
	for (int side = 0; side < SIDES; side++)
		setsockopt(fds[side], IPPROTO_TCP, TCP_NODELAY, &on,
			   sizeof(on));
	return 0;
}

static int
open_tcp(struct channel *channel)
{
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int fds[2], result;

	if (listener == -1)
		return -1;
	result = connect_to_us(listener, fds);
	close(listener);
	if (result == -1)
		return -1;
	connected(channel, fds);
	return 0;
}

const struct mechanism unix_stream = {
	.name = "unix-stream",
	.open = open_stream,
	.put = put_bytes,
	.take = take_bytes,
};

const struct mechanism unix_datagram = {
	.name = "unix-datagram",
	.open = open_datagram,
	.put = put_datagram,
	.take = take_bytes,
};

const struct mechanism unix_seqpacket = {
	.name = "unix-seqpacket",
	.open = open_seqpacket,
	.put = put_datagram,
	.take = take_bytes,
};

const struct mechanism tcp = {
	.name = "tcp",
	.open = open_tcp,
	.put = put_bytes,
	.take = take_bytes,
};
