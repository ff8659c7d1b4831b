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
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "name.h"
#include "transfer.h"

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

struct input {
	int server;
	int failed;	  // errno of the call that failed
	atomic_bool sent; // all of it
};

// A thread: standard input goes to the server until one of them has ended.
static void *
send_input(void *argument)
{
	struct input *input = argument;
	char chunk[CHUNK];
	ssize_t n;

	while ((n = read(STDIN_FILENO, chunk, sizeof(chunk))) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 ||
		    send_all(input->server, chunk, (size_t)n) == -1) {
			if (errno == EPIPE)
				return NULL; // there may be answers left
			input->failed = errno;
			shutdown(input->server, SHUT_RDWR);
			return NULL;
		}
	}
	atomic_store(&input->sent, true);
	shutdown(input->server, SHUT_WR);
	return NULL;
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
	struct input input = { .server = server };
	pthread_t sender;
	ssize_t n;
	int why;

	why = pthread_create(&sender, NULL, send_input, &input);
	if (why != 0) {
		errno = why;
		return -1;
	}
	while ((n = print_piece(server)) > 0)
		;
	why = n == -1 ? errno : 0;
	// It may still wait for input that nobody wants any more.
	pthread_cancel(sender);
	pthread_join(sender, NULL);
	if (input.failed != 0)
		why = input.failed;
	else if (why == 0 && !atomic_load(&input.sent))
		why = ECONNRESET;
	errno = why;
	return why == 0 ? 0 : -1;
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
