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
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
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
 * Send standard input, then a byte to `done`: 0 when the input has ended, errno
 * when it could not be read. None when the server has gone.
 */
static void
send_input(int server, int done)
{
	char chunk[CHUNK], byte;
	ssize_t n, m = 0;

	while (m != -1 && (n = read(STDIN_FILENO, chunk, sizeof(chunk))) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			break;
		for (ssize_t sent = 0; sent < n && m != -1; sent += m) {
			m = send(server, chunk + sent, (size_t)(n - sent),
				 MSG_NOSIGNAL);
			if (m == -1 && errno == EINTR)
				m = 0;
		}
	}
	if (m == -1 && errno == EPIPE)
		return; // there may be answers left
	byte = (char)(n == 0 ? 0 : errno);
	if (write(done, &byte, 1) == 1)
		shutdown(server, n == 0 ? SHUT_WR : SHUT_RDWR);
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
	int done[2]; // over it the child says that all is sent
	bool all_sent;
	ssize_t n;
	pid_t pid;
	char byte = 0;

	if (pipe2(done, O_NONBLOCK) == -1)
		return -1;
	pid = fork();
	if (pid == -1)
		return -1;
	if (pid == 0) {
		send_input(server, done[1]);
		close(server);
		close(done[0]);
		close(done[1]);
		_exit(0);
	}
	close(done[1]);
	while ((n = print_piece(server)) > 0)
		;
	int why = errno;
	all_sent = read(done[0], &byte, 1) == 1;
	close(done[0]);
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		;
	errno = byte != 0 ? byte : n == 0 ? ECONNRESET : why;
	return n == 0 && all_sent && byte == 0 ? 0 : -1;
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
