/* epoll, level-triggered; all that wait are accepted at once; clients are allocated. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tcp.h"

enum { CLIENTS = 200, LISTENER = 1000 };

static struct peer *clients[CLIENTS];
static int set, count, listeners[FAMILIES], nlisteners, listening;
static int full; /* no descriptor is free until a client leaves */

static void
watch(int op, int fd, unsigned events, int index)
{
	struct epoll_event e = { .events = events,
				 .data.u32 = (unsigned)index };

	if (epoll_ctl(set, op, fd, &e) == -1)
		err(1, "epoll_ctl");
}

static void
listen_or_not(void)
{
	int want = count < CLIENTS && !full;

	for (int i = 0; i < nlisteners && want != listening; i++)
		watch(want ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, listeners[i],
		      EPOLLIN, LISTENER + i);
	listening = want;
}

static void
forget(int index, const char *why)
{
	struct peer *c = clients[index];

	if (why != NULL)
		fprintf(stderr, "hubd: client %d is dropped: %s\n", c->number,
			why);
	close(c->fd);
	free(c);
	clients[index] = NULL;
	count--;
	full = 0;
}

static void
tell_all(const char *text, size_t length)
{
	for (int i = 0; i < CLIENTS; i++) {
		struct peer *c = clients[i];

		if (c == NULL)
			continue;
		if (put_frame(c, text, length) == -1)
			forget(i, "too slow");
		else if (send_queued(c) == -1)
			forget(i, strerror(errno));
		else if (c->queued > 0)
			watch(EPOLL_CTL_MOD, c->fd, EPOLLOUT, i);
	}
}

static void
hear(int index)
{
	struct peer *c = clients[index];
	size_t length;
	const char *text;
	char copy[TEXT_MAX];

	if (receive(c) == -1) {
		forget(index, strerror(errno));
		return;
	}
	if (c->input_over) {
		forget(index, NULL);
		return;
	}
	for (;;) {
		int n = take_frame(c, &text, &length);

		if (n == 0)
			return;
		if (n == -1) {
			forget(index, strerror(errno));
			return;
		}
		memcpy(copy, text, length);
		tell_all(copy, length);
		if (clients[index] != c)
			return;
	}
}

static void
welcome(int listener)
{
	static int number;
	int fd = 0, i = 0;

	while (count < CLIENTS &&
	       (fd = accept4(listener, NULL, NULL,
			     SOCK_NONBLOCK | SOCK_CLOEXEC)) != -1) {
		while (clients[i] != NULL)
			i++;
		clients[i] = calloc(1, sizeof(struct peer));
		if (clients[i] == NULL)
			err(1, "calloc");
		clients[i]->fd = fd;
		clients[i]->number = ++number;
		count++;
		watch(EPOLL_CTL_ADD, fd, EPOLLIN, i);
	}
	full = fd == -1 && (errno == EMFILE || errno == ENFILE);
}

int
main(int argc, char *argv[])
{
	int port;

	if (argc != 2 || (port = port_number(argv[1])) == -1)
		errx(2, "usage: hubd PORT");
	nlisteners = listen_on(&port, listeners);
	set = epoll_create1(EPOLL_CLOEXEC);
	if (set == -1)
		err(1, "epoll_create1");
	printf("ready %d\n", port);
	if (fflush(stdout) != 0)
		err(1, "standard output");
	for (;;) {
		struct epoll_event events[16];
		int n;

		listen_or_not();
		n = epoll_wait(set, events, 16, -1);
		if (n == -1 && errno != EINTR)
			err(1, "epoll_wait");
		for (int i = 0; i < n; i++) {
			int index = (int)events[i].data.u32;

			if (index >= LISTENER) {
				welcome(listeners[index - LISTENER]);
			} else if (clients[index] == NULL) {
				continue;
			} else if (clients[index]->queued == 0) {
				hear(index);
			} else if (send_queued(clients[index]) == -1) {
				forget(index, strerror(errno));
			} else if (clients[index]->queued == 0) {
				watch(EPOLL_CTL_MOD, clients[index]->fd,
				      EPOLLIN, index);
			}
		}
	}
}
