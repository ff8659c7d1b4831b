/* select; clients in a list; sends only what select says that it takes. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tcp.h"

struct client {
	struct client *next;
	int over;
	struct peer peer;
};

static struct client *first;
static int count, full /* no descriptor is free until a client leaves */;

static void
end_of(struct client *c, const char *why)
{
	if (c->over)
		return;
	c->over = 1;
	if (why)
		warnx("client %d is dropped: %s", c->peer.number, why);
	close(c->peer.fd);
	count--;
	full = 0;
}

static void
everybody(const char *text, size_t length)
{
	for (struct client *c = first; c; c = c->next)
		if (!c->over) {
			if (put_frame(&c->peer, text, length) != 0)
				end_of(c, "too slow");
			else if (send_queued(&c->peer) != 0)
				end_of(c, strerror(errno));
		}
}

static void
sweep(void)
{
	for (struct client **at = &first; *at;) {
		struct client *c = *at;

		if (c->over) {
			*at = c->next;
			free(c);
		} else {
			at = &c->next;
		}
	}
}

static void
add(int listener)
{
	static int number;
	struct client *c, **at = &first;
	int fd = accept(listener, NULL, NULL);

	if (fd == -1) {
		full = errno == EMFILE || errno == ENFILE;
		return;
	}
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		err(1, "calloc");
	c->peer.fd = fd;
	c->peer.number = ++number;
	while (*at)
		at = &(*at)->next;
	*at = c;
	count++;
}

int
main(int argc, char **argv)
{
	int listeners[FAMILIES], port = -1, n;

	if (argc == 2)
		port = port_number(argv[1]);
	if (port < 0) {
		fputs("hubd: usage: hubd PORT\n", stderr);
		return 2;
	}
	n = listen_on(&port, listeners);
	printf("ready %d\n", port);
	fflush(stdout);
	while (1) {
		fd_set in, out;
		int most = 0;

		FD_ZERO(&in);
		FD_ZERO(&out);
		for (int i = 0; i < n && count < 200 && !full; i++) {
			FD_SET(listeners[i], &in);
			most = listeners[i] > most ? listeners[i] : most;
		}
		for (struct client *c = first; c; c = c->next) {
			FD_SET(c->peer.fd, c->peer.queued ? &out : &in);
			most = c->peer.fd > most ? c->peer.fd : most;
		}
		if (select(most + 1, &in, &out, NULL, NULL) == -1) {
			if (errno == EINTR)
				continue;
			err(1, "select");
		}
		for (struct client *c = first; c; c = c->next) {
			const char *text;
			size_t length;
			int got = 0;

			if (!c->over && FD_ISSET(c->peer.fd, &out) &&
			    send_queued(&c->peer) == -1)
				end_of(c, strerror(errno));
			if (c->over || !FD_ISSET(c->peer.fd, &in) ||
			    c->peer.queued)
				continue;
			if (receive(&c->peer) == -1) {
				end_of(c, strerror(errno));
				continue;
			}
			while (!c->over &&
			       (got = take_frame(&c->peer, &text, &length)) > 0)
				everybody(text, length);
			if (got < 0)
				end_of(c, strerror(EMSGSIZE));
			if (c->peer.input_over)
				end_of(c, NULL);
		}
		for (int i = 0; i < n; i++)
			if (count < 200 && FD_ISSET(listeners[i], &in))
				add(listeners[i]);
		sweep();
	}
}
