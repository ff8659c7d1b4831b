/*
 * say: a client of hubd.
 *
 *	./say HOST PORT
 *
 * Sends each line of its standard input as a frame, and prints each frame that
 * comes as a line.
 *
 * Look at: two directions, and each ends by itself.
 */
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tcp.h"

static struct peer hub;

/* Reads once. What begins a line is kept until the rest has come. */
static void
read_lines(void)
{
	static char line[TEXT_MAX];
	static size_t length;
	char buf[4096]; // as frames of nothing, they still fit into the queue
	ssize_t n = read(STDIN_FILENO, buf, sizeof(buf));

	if (n == -1 && errno == EINTR)
		return;
	if (n == -1)
		err(1, "standard input");
	hub.last_queued = n == 0;
	for (ssize_t i = 0; i < n || (n == 0 && length > 0); i++) {
		if (n == 0 || buf[i] == '\n' || length == TEXT_MAX) {
			if (put_frame(&hub, line, length) == -1)
				err(1, "put_frame");
			length = 0;
		}
		if (n > 0 && buf[i] != '\n')
			line[length++] = buf[i];
	}
}

/* Receives once, and prints what has come whole. */
static int
print_frames(void)
{
	const char *text;
	size_t length;
	int n = receive(&hub);

	while (n != -1 && (n = take_frame(&hub, &text, &length)) == 1) {
		fwrite(text, 1, length, stdout);
		putchar('\n');
	}
	if (fflush(stdout) == EOF)
		err(1, "standard output");
	return n;
}

int
main(int argc, char *argv[])
{
	if (argc != 3 || port_number(argv[2]) < 1)
		errx(2, "usage: say HOST PORT");
	struct addrinfo *list = addresses_of(argv[1], argv[2]);
	hub.fd = connect_to(list);
	freeaddrinfo(list);
	if (hub.fd == -1)
		err(1, "%s %s", argv[1], argv[2]);

	while (!hub.input_over || !hub.output_over) {
		// Who is not to be waited for is -1: poll reports an end unasked.
		int more = hub.queued == 0 && !hub.last_queued;
		struct pollfd fds[] = {
			{ hub.input_over ? -1 : hub.fd, POLLIN, 0 },
			{ hub.queued > 0 ? hub.fd : -1, POLLOUT, 0 },
			{ more ? STDIN_FILENO : -1, POLLIN, 0 },
		};

		if (poll(fds, 3, -1) == -1) {
			if (errno != EINTR)
				err(1, "poll");
			continue;
		}
		if (fds[0].revents != 0 && print_frames() == -1)
			err(1, "%s %s", argv[1], argv[2]);
		if (fds[2].revents != 0)
			read_lines();
		if (!hub.output_over && send_queued(&hub) == -1)
			err(1, "%s %s", argv[1], argv[2]);
	}
	close(hub.fd);
	return 0;
}
