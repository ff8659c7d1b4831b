/*
 * The client of echod: sends its standard input and prints what comes back.
 *
 *	./echo /tmp/sock < poem.txt
 *
 * Look at: it neither sends everything before it reads, nor waits for answers
 * before it sends. And how it says "that was all" but still listens.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "name.h"

// Smaller than a socket's buffer; the input may be larger than all buffers.
#define CHUNK 4096

/*
 * Receive a piece of the answers and print it.
 *
 * Returns its length, 0 when the server has closed, -1 with errno otherwise.
 */
static ssize_t
print_piece(int server)
{
	char piece[CHUNK];
	ssize_t n;

	do
		n = recv(server, piece, sizeof(piece), 0);
	while (n == -1 && errno == EINTR);
	if (n > 0 && (fwrite(piece, 1, (size_t)n, stdout) != (size_t)n ||
		      fflush(stdout) == EOF))
		return -1;
	return n;
}

/*
 * Gap 6: send standard input to `server` and print to standard output what
 * comes back, until both have ended. Each piece is printed as it comes.
 *
 * Returns 0 when the whole input was sent and the server has closed. Returns -1
 * with errno otherwise: ECONNRESET when the server closed before the end of
 * input; what it had sent by then is printed.
 * Trap: the server waits while you do not read its answers, and you wait while
 * it does not read your lines. It does not know that your input has ended
 * unless you tell it. It may be gone while you send.
 */
static int
exchange(int server)
{
	// BEGIN SOLUTION 6
	char out[CHUNK];
	size_t filled = 0, sent = 0; // out[sent..filled) is still to be sent
	bool ended = false;	     // no more input, and the server knows
	bool refused = false;	     // the server takes no more
	ssize_t n;

	for (;;) {
		bool pending = sent < filled;
		struct pollfd wait[] = {
			{ .fd = server, .events = POLLIN },
			{ .fd = ended || pending ? -1 : STDIN_FILENO,
			  .events = POLLIN }
		};

		if (pending && !refused)
			wait[0].events |= POLLOUT;
		if (poll(wait, 2, -1) == -1) {
			if (errno == EINTR)
				continue;
			return -1;
		}

		// Answers first, so that none is lost when the server has gone.
		if (wait[0].revents & ~POLLOUT) {
			n = print_piece(server);
			if (n == -1)
				return -1;
			if (n == 0 && ended)
				return 0;
			if (n == 0) {
				errno = ECONNRESET;
				return -1;
			}
		} else if (wait[0].revents & POLLOUT) {
			n = send(server, out + sent, filled - sent,
				 MSG_DONTWAIT | MSG_NOSIGNAL);
			if (n >= 0)
				sent += (size_t)n;
			else if (errno == EPIPE)
				refused = true; // but it may have answers left
			else if (errno != EAGAIN && errno != EINTR)
				return -1;
		} else if (wait[1].revents != 0) {
			n = read(STDIN_FILENO, out, sizeof(out));
			if (n == -1 && errno == EINTR)
				continue;
			if (n == -1)
				return -1;
			sent = 0;
			filled = (size_t)n;
			ended = n == 0;
			if (ended && shutdown(server, SHUT_WR) == -1 &&
			    errno != ENOTCONN)
				return -1;
		}
	}
	// STUB (void)server;
	// STUB (void)print_piece;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 6
}

int
main(int argc, char *argv[])
{
	struct sockaddr_un addr;
	int server;

	if (argc != 2)
		errx(2, "usage: echo PATH");
	// If one of them were closed, the socket would take its number.
	if (fcntl(STDIN_FILENO, F_GETFD) == -1 ||
	    fcntl(STDOUT_FILENO, F_GETFD) == -1)
		err(1, "standard input or output");
	if (set_address(&addr, argv[1]) == -1)
		err(1, "path '%s'", argv[1]);
	server = socket(AF_UNIX, SOCK_STREAM, 0);
	if (server == -1)
		err(1, "socket");
	if (connect(server, (struct sockaddr *)&addr, sizeof(addr)) == -1)
		err(1, "path '%s'", argv[1]);
	if (exchange(server) == -1)
		err(1, "exchange with '%s'", argv[1]);
	close(server);
	return 0;
}
