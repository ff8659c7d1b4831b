/*
 * The other side of a stream socket, for the tests of the lab `sockets`: what
 * the student's server or client talks to when its partner may not be written
 * yet.
 *
 *	peer connect PATH	send standard input, print what comes back
 *	peer pieces PATH TEXT...	send each TEXT when the one before has
 *				been read; print what comes back
 *	peer vanish PATH TEXT	send TEXT and end, without waiting for an answer
 *	peer serve PATH		as connect, but be the server of one client
 *	peer mirror PATH [MORE]	send one client MORE dots, then its bytes back
 *	peer late PATH TEXT	send one client its bytes back, and TEXT at the end,
 *				each a day later
 *	peer leave PATH		send one client standard input, read nothing, end
 *	peer deaf PATH		the same, and say at once that it reads nothing
 *	peer ignore PATH	end when one client has sent everything, unread
 *	peer hold PATH		have sockets open, and accept nobody:
 *				PATH.listens, PATH.bound (a stream that does not
 *				listen), PATH.packets, PATH.connected (a
 *				datagram socket that takes from one only)
 *	peer busy PATH		listen, with a backlog that is full
 *
 * When a server is ready it makes an empty file PATH.ready. It removes PATH when
 * it has its client; one that holds or is busy never ends, and leaves it.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

// Less than a socket holds, so that whoever reads in between never waits long.
#define CHUNK 4096

// How long `pieces` rests before it looks again; there is no event to wait for.
#define REST_MS 1

// How late `late` is, in seconds. Only the conductor makes a day pass at once.
#define DAY 86400

static struct sockaddr_un
address_of(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(addr.sun_path))
		errx(2, "the path is too long");
	strcpy(addr.sun_path, path);
	return addr;
}

// The connection; -1 if it is not to wait (SOCK_NONBLOCK) and would have to.
static int
connect_to(const char *path, int flags)
{
	struct sockaddr_un addr = address_of(path);
	int sock = socket(AF_UNIX, SOCK_STREAM | flags, 0);

	if (sock == -1)
		err(1, "socket");
	if (connect(sock, (struct sockaddr *)&addr, sizeof(addr)) == 0)
		return sock;
	if (errno != EAGAIN)
		err(1, "%s", path);
	return -1;
}

static int
bind_at(const char *path, int type)
{
	struct sockaddr_un addr = address_of(path);
	int sock = socket(AF_UNIX, type, 0);

	if (sock == -1 ||
	    bind(sock, (struct sockaddr *)&addr, sizeof(addr)) == -1)
		err(1, "%s", path);
	return sock;
}

static int
listen_at(const char *path, int backlog)
{
	int listener = bind_at(path, SOCK_STREAM);

	if (listen(listener, backlog) == -1)
		err(1, "%s", path);
	return listener;
}

// Makes the file PATH.ready.
static void
say_ready(const char *path)
{
	char name[sizeof(((struct sockaddr_un *)NULL)->sun_path) + 6];
	int file;

	snprintf(name, sizeof(name), "%s.ready", path);
	file = open(name, O_WRONLY | O_CREAT, 0600);
	if (file == -1)
		err(1, "%s", name);
	close(file);
}

// The connection to the first client. Nobody else finds the name afterwards.
static int
accept_one(const char *path)
{
	int listener = listen_at(path, 1), client;

	say_ready(path);
	client = accept(listener, NULL, NULL);
	if (client == -1 || unlink(path) == -1)
		err(1, "%s", path);
	close(listener);
	return client;
}

static void
send_all(int sock, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t n = send(sock, text, length, MSG_NOSIGNAL);

		if (n == -1)
			err(1, "send");
		text += n;
		length -= (size_t)n;
	}
}

// Prints a piece of what comes; false at the end.
static bool
print_piece(int sock)
{
	char piece[CHUNK];
	ssize_t n = recv(sock, piece, sizeof(piece), 0);

	if (n == -1)
		err(1, "receive");
	for (ssize_t at = 0, m; at < n; at += m) {
		m = write(STDOUT_FILENO, piece + at, (size_t)(n - at));
		if (m == -1)
			err(1, "standard output");
	}
	return n > 0;
}

// Standard input to `sock`, `sock` to standard output, until both have ended. It never
// waits in send: the other side may wait until its answers are taken.
static void
copy_both_ways(int sock)
{
	struct pollfd wait[] = { { .fd = sock, .events = POLLIN },
				 { .fd = STDIN_FILENO, .events = POLLIN } };
	bool more = true;  // may come from the other side
	bool input = true; // may come from standard input
	char text[CHUNK];  // of which this much is still to be sent:
	ssize_t at = 0, end = 0;

	while (more || input || at < end) {
		wait[0].fd = more || at < end ? sock : -1;
		wait[0].events =
		    (short)((more ? POLLIN : 0) | (at < end ? POLLOUT : 0));
		wait[1].fd = input && at == end ? STDIN_FILENO : -1;
		if (poll(wait, 2, -1) == -1)
			err(1, "poll");
		if (more && (wait[0].revents & ~POLLOUT) != 0) {
			more = print_piece(sock);
		} else if (at < end && wait[0].revents != 0) {
			ssize_t n = send(sock, text + at, (size_t)(end - at),
					 MSG_NOSIGNAL | MSG_DONTWAIT);

			if (n == -1 && errno != EAGAIN)
				err(1, "send");
			at += n == -1 ? 0 : n;
		} else if (wait[1].revents != 0) {
			at = 0;
			end = read(STDIN_FILENO, text, sizeof(text));
			if (end == -1)
				err(1, "standard input");
			if (end == 0) {
				input = false;
				shutdown(sock, SHUT_WR);
			}
		}
	}
}

static void
send_pieces(int sock, char *pieces[])
{
	bool more = true;
	int unread;

	for (; *pieces != NULL && more; pieces++) {
		send_all(sock, *pieces, strlen(*pieces));
		while (more && ioctl(sock, SIOCOUTQ, &unread) == 0 &&
		       unread > 0) {
			struct pollfd wait = { .fd = sock, .events = POLLIN };

			if (poll(&wait, 1, REST_MS) == 1)
				more = print_piece(sock);
		}
	}
	shutdown(sock, SHUT_WR);
	while (more && print_piece(sock))
		;
}

static void
mirror(int sock, long more)
{
	char text[CHUNK];
	ssize_t n;

	memset(text, '.', sizeof(text));
	for (; more > CHUNK; more -= CHUNK)
		send_all(sock, text, CHUNK);
	send_all(sock, text, (size_t)more);
	while ((n = recv(sock, text, sizeof(text), 0)) > 0)
		send_all(sock, text, (size_t)n);
	if (n == -1)
		err(1, "receive");
}

static void
be_late(int sock, const char *last)
{
	char text[CHUNK];
	ssize_t n;

	while ((n = recv(sock, text, sizeof(text), 0)) > 0) {
		sleep(DAY);
		send_all(sock, text, (size_t)n);
	}
	if (n == -1)
		err(1, "receive");
	sleep(DAY);
	send_all(sock, last, strlen(last));
	sleep(DAY);
	send_all(sock, "\n", 1);
	sleep(DAY);
}

static void
leave(int sock)
{
	char text[CHUNK];
	ssize_t n;

	while ((n = read(STDIN_FILENO, text, sizeof(text))) > 0)
		send_all(sock, text, (size_t)n);
}

/* Returns sock, from which nothing can be read any more: who sends gets EPIPE. */
static int
deaf(int sock)
{
	if (shutdown(sock, SHUT_RD) == -1)
		err(1, "shutdown");
	return sock;
}

static void
ignore(int sock)
{
	struct pollfd wait = { .fd = sock, .events = POLLRDHUP };

	if (poll(&wait, 1, -1) == -1)
		err(1, "poll");
}

static void
hold(const char *path)
{
	char name[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
	struct sockaddr_un addr;
	int sock;

	snprintf(name, sizeof(name), "%s.listens", path);
	listen_at(name, SOMAXCONN);
	snprintf(name, sizeof(name), "%s.bound", path);
	bind_at(name, SOCK_STREAM);
	snprintf(name, sizeof(name), "%s.packets", path);
	bind_at(name, SOCK_SEQPACKET);
	// It takes from itself only.
	snprintf(name, sizeof(name), "%s.connected", path);
	addr = address_of(name);
	sock = bind_at(name, SOCK_DGRAM);
	if (connect(sock, (struct sockaddr *)&addr, sizeof(addr)) == -1)
		err(1, "%s", name);
	say_ready(path);
	for (;;)
		pause();
}

static void
be_busy(const char *path)
{
	listen_at(path, 0);
	while (connect_to(path, SOCK_NONBLOCK) != -1)
		;
	say_ready(path);
	for (;;)
		pause();
}

int
main(int argc, char *argv[])
{
	const char *what = argc < 3 ? "" : argv[1];

	if (strcmp(what, "connect") == 0)
		copy_both_ways(connect_to(argv[2], 0));
	else if (strcmp(what, "pieces") == 0)
		send_pieces(connect_to(argv[2], 0), argv + 3);
	else if (strcmp(what, "vanish") == 0 && argc == 4)
		send_all(connect_to(argv[2], 0), argv[3], strlen(argv[3]));
	else if (strcmp(what, "serve") == 0)
		copy_both_ways(accept_one(argv[2]));
	else if (strcmp(what, "mirror") == 0)
		mirror(accept_one(argv[2]), argc == 4 ? atol(argv[3]) : 0);
	else if (strcmp(what, "late") == 0 && argc == 4)
		be_late(accept_one(argv[2]), argv[3]);
	else if (strcmp(what, "leave") == 0)
		leave(accept_one(argv[2]));
	else if (strcmp(what, "deaf") == 0)
		leave(deaf(accept_one(argv[2])));
	else if (strcmp(what, "ignore") == 0)
		ignore(accept_one(argv[2]));
	else if (strcmp(what, "hold") == 0)
		hold(argv[2]);
	else if (strcmp(what, "busy") == 0)
		be_busy(argv[2]);
	else
		errx(2, "usage: peer connect|pieces|vanish|serve|mirror|late|"
			"leave|deaf|ignore|hold|busy PATH [TEXT...]");
	return 0;
}
