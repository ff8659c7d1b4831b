/*
 * hubd: what one client says, all hear.
 *
 *	./hubd PORT	at PORT of this machine itself, by IPv4 and IPv6
 *
 * Prints "ready PORT"; PORT 0 is one that is free. Look at: one process for all, which
 * waits only in poll.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tcp.h"

enum { CLIENTS = 200, OTHERS = 8 /* descriptors that are no client's */ };

static struct peer clients[CLIENTS];
static int most = CLIENTS; /* of them are used */
static int full;	   /* no descriptor is free until one of them leaves */

static void
leave(struct peer *c)
{
	close(c->fd);
	c->fd = -1;
	full = 0;
}

static void
drop(struct peer *c, const char *reason)
{
	warnx("client %d is dropped: %s", c->number, reason);
	leave(c);
}

/*
 * Gap 4: what is to be waited for, POLLIN or POLLOUT?
 *
 * Nothing is received from a client while something is queued for it.
 * Trap: a socket nearly always takes output, and reports its end again and again.
 */
static short
wanted(const struct peer *c)
{
	// TODO 4
	(void)c;
	return POLLIN;
}

/*
 * Gap 4: send this to all clients, at once as far as the kernel takes it.
 *
 * Whoever has no room for it is dropped ("too slow"; what is queued may be sent
 * first); so is one to whom nothing can be sent any more (strerror(errno)). Where both
 * are true, either reason will do.
 * Trap: nobody waits for somebody else.
 */
static void
deliver(const char *text, size_t length)
{
	// TODO 4
	(void)text;
	(void)length;
}

/*
 * Gap 4: what was waited for is there: send, or receive once and deliver each frame.
 *
 * A client that has ended its direction leaves, when all that was queued for it is
 * sent. If receive, take_frame or send_queued fails, it is dropped (strerror(errno)).
 * Traps: many frames may have come, or none; and a client may be dropped meanwhile.
 */
static void
attend(struct peer *c)
{
	// TODO 4
	(void)deliver;
	drop(c, "gap 4 is not filled in");
}

static void
take_client(int listener)
{
	static int number;
	struct peer *c = clients;

	while (c < clients + most && c->fd != -1)
		c++;
	if (c == clients + most)
		return; // it waits until one leaves
	c->fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (c->fd == -1) { // it has gone, or waits as above
		full = errno == EMFILE || errno == ENFILE;
		return;
	}
	c->number = ++number;
	c->begin = c->end = c->queued = 0;
	c->input_over = c->last_queued = c->output_over = 0;
}

int
main(int argc, char *argv[])
{
	struct pollfd fds[FAMILIES + CLIENTS];
	int n, here[FAMILIES], port = argc == 2 ? port_number(argv[1]) : -1;

	if (port == -1)
		errx(2, "usage: hubd PORT");
	n = listen_on(&port, here);
	if (sysconf(_SC_OPEN_MAX) < CLIENTS + OTHERS)
		most = (int)sysconf(_SC_OPEN_MAX) - OTHERS;
	for (int i = 0; i < CLIENTS; i++)
		clients[i].fd = -1;
	if (printf("ready %d\n", port) < 0 || fflush(stdout) == EOF)
		err(1, "standard output");

	for (;;) {
		int room = 0, some = 0;

		for (int i = 0; i < most; i++) {
			fds[n + i].fd = clients[i].fd; // poll leaves out -1
			fds[n + i].events = wanted(&clients[i]);
			room |= clients[i].fd == -1;
			some |= clients[i].fd != -1;
		}
		for (int i = 0; i < n; i++) {
			fds[i].fd = room && !full ? here[i] : -1;
			fds[i].events = POLLIN;
		}
		// If nobody is here who could leave, it tries again in a second.
		if (poll(fds, (nfds_t)(n + most), full && !some ? 1000 : -1) ==
		    -1) {
			if (errno != EINTR)
				err(1, "poll");
			continue;
		}
		full = full && some;
		for (int i = 0; i < most; i++)
			if (fds[n + i].revents != 0 && clients[i].fd != -1)
				attend(&clients[i]);
		for (int i = 0; i < n; i++)
			if (fds[i].revents != 0)
				take_client(here[i]);
	}
}
