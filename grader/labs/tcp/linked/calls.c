/*
 * Calls the functions of the lab alone, and prints what came of it.
 *
 *	calls put	frames of several lengths
 *	calls limits	the longest text, the fullest queue, and one byte more
 *	calls take	frames in pieces of every size, and many at once
 *	calls lengths	lengths on both sides of the limit
 *	calls listen	a socket that listens
 *	calls crowd	a hundred clients, before one is accepted
 *	calls refused	addresses where nobody listens: how many stay open
 *	calls second	more addresses than one, and a listener at one, or two
 *	calls send	a queue larger than what the kernel takes
 *	calls end	the end of our direction, and only of ours
 *	calls gone	a queue for a peer that has gone
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tcp.h"

static struct peer *
new_peer(int fd)
{
	struct peer *p = calloc(1, sizeof(*p));

	if (p == NULL)
		err(2, "calloc");
	p->fd = fd;
	return p;
}

/* "0", or "-1: Message too long" */
static const char *
outcome(int n)
{
	static char text[80];

	if (n == -1)
		snprintf(text, sizeof(text), "-1: %s", strerror(errno));
	else
		snprintf(text, sizeof(text), "%d", n);
	return text;
}

static char *
text_of(size_t length)
{
	char *text = malloc(length + 1);

	if (text == NULL)
		err(2, "malloc");
	for (size_t i = 0; i < length; i++)
		text[i] = (char)(i * 7 + i / 256 * 13 + length);
	return text;
}

static void
put(void)
{
	static const size_t lengths[] = { 5, 0, 1, 258, TEXT_MAX };
	struct peer *p = new_peer(-1);

	for (size_t i = 0; i < 5; i++) {
		size_t n = lengths[i], at = p->queued;
		char *text = text_of(n);
		const unsigned char *new = (unsigned char *)p->out + at;

		errno = 0;
		printf("%zu: %s, ", n, outcome(put_frame(p, text, n)));
		printf("%zu more: %02x %02x %02x %02x and %s\n", p->queued - at,
		       new[0], new[1], new[2], new[3],
		       memcmp(new + HEADER, text, n) == 0 ? "the text"
							  : "other bytes");
		free(text);
	}
	free(p);
}

static void
limits(void)
{
	struct peer *p = new_peer(-1);
	char *text = text_of(TEXT_MAX + 1);

	for (size_t n = TEXT_MAX + 1; n >= TEXT_MAX; n--) {
		printf("%zu bytes: %s", n, outcome(put_frame(p, text, n)));
		printf(", %zu are queued\n", p->queued);
	}
	// There are not so many, so that whoever copies them crashes.
	p->queued = 0;
	printf("2^32 + 5 bytes: %s",
	       outcome(put_frame(p, text, ((size_t)1 << 32) + 5)));
	printf(", %zu are queued\n", p->queued);
	for (size_t room = 3; room < 12; room += room == 3 ? 3 : 1) {
		p->queued = QUEUE_MAX - room;
		memset(p->out, 'q', QUEUE_MAX);
		printf("room for %zu, a frame of 3 bytes: %s", room,
		       outcome(put_frame(p, "abc", 3)));
		printf(", %zu are queued, and %s\n", p->queued,
		       p->out[QUEUE_MAX - room - 1] == 'q' &&
			       (room >= 7 || p->out[QUEUE_MAX - 1] == 'q')
			   ? "what was there"
			   : "what was there has changed");
	}
	p->queued = QUEUE_MAX;
	printf("no room, the longest: %s\n",
	       outcome(put_frame(p, text, TEXT_MAX)));
	printf("no room, one byte more: %s\n",
	       outcome(put_frame(p, text, TEXT_MAX + 1)));
	printf("no room, a frame of no text: %s", outcome(put_frame(p, "", 0)));
	printf(", %zu are queued\n", p->queued);
	p->queued = QUEUE_MAX - HEADER;
	printf("room for 4, a frame of no text: %s",
	       outcome(put_frame(p, "", 0)));
	printf(", %zu are queued\n", p->queued);
	p->queued = QUEUE_MAX - HEADER - TEXT_MAX;
	printf("room for the longest: %s",
	       outcome(put_frame(p, text, TEXT_MAX)));
	printf(", %zu are queued\n", p->queued);
	free(text);
	free(p);
}

/* What comes, in `all`, and where each frame of it ends. */
enum { FRAMES = 7 };
static char *all;
static size_t ends[FRAMES];

static void
make_all(void)
{
	static const size_t lengths[FRAMES] = { 3, 0, 300, 0, 1, 700, 12 };
	size_t at = 0;

	for (int i = 0; i < FRAMES; i++) {
		uint32_t header = htonl((uint32_t)lengths[i]);
		char *text = text_of(lengths[i]);

		all = realloc(all, at + HEADER + lengths[i]);
		if (all == NULL)
			err(2, "realloc");
		memcpy(all + at, &header, HEADER);
		memcpy(all + at + HEADER, text, lengths[i]);
		at += HEADER + lengths[i];
		ends[i] = at;
		free(text);
	}
}

/* Says what is wrong with frame i (from 0 on), and exits. */
static void
wrong_frame(int i, size_t size, const char *what)
{
	size_t from = i > 0 && i < FRAMES ? ends[i - 1] : 0;
	const unsigned char *h = (unsigned char *)all + from;

	if (i == FRAMES)
		printf("pieces of size %zu: after all frames one more was "
		       "taken\n",
		       size);
	else
		printf("pieces of size %zu: frame %d (%02x %02x %02x %02x and "
		       "%zu bytes) %s\n",
		       size, i + 1, h[0], h[1], h[2], h[3],
		       ends[i] - from - HEADER, what);
	exit(1);
}

/* As receive does. Behind what has come there is what came once before. */
static void
come(struct peer *p, const char *bytes, size_t n, size_t gap)
{
	size_t here = p->end - p->begin;

	memmove(p->in + gap, p->in + p->begin, here);
	p->begin = gap;
	p->end = gap + here + n;
	memcpy(p->in + gap + here, bytes, n);
	memset(p->in + p->end, 0, FRAME_MAX - p->end);
}

static void
take(void)
{
	make_all();
	size_t total = ends[FRAMES - 1];
	for (size_t size = 1; size <= total; size += size < 40 ? 1 : 61) {
		struct peer *p = new_peer(-1);
		int i = 0;

		for (size_t at = 0; at < total; at += size) {
			size_t n = total - at < size ? total - at : size;
			const char *text = NULL;
			size_t length = 0;
			int was;

			come(p, all + at, n, size % 5);
			while ((was = take_frame(p, &text, &length)) == 1) {
				size_t from = i > 0 ? ends[i - 1] : 0;

				if (i == FRAMES || ends[i] > at + n)
					wrong_frame(i, size,
						    "was taken before all of "
						    "it had come");
				if (length != ends[i] - from - HEADER ||
				    memcmp(text, all + from + HEADER, length))
					wrong_frame(i, size,
						    "is not what was sent");
				i++;
			}
			if (was == -1)
				wrong_frame(i, size, outcome(-1));
			if (i < FRAMES && ends[i] <= at + n)
				wrong_frame(i, size,
					    "has come, and was not taken");
		}
		free(p);
	}
	free(all);
	puts("every frame is right");
}

static void
lengths(void)
{
	static const uint32_t said[] = {
		TEXT_MAX,   TEXT_MAX + 1, 0x00010100, 0x00020000, 0x01000000,
		0x7fffffff, 0x80000000,	  0xfffffffb, 0xffffffff,
	};

	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++) {
		struct peer *p = new_peer(-1);
		uint32_t header = htonl(said[i]);
		const char *text;
		size_t length;

		come(p, (char *)&header, HEADER, 0);
		errno = 0;
		printf("a frame says %u: %s\n", said[i],
		       outcome(take_frame(p, &text, &length)));
		free(p);
	}
	struct peer *p = new_peer(-1);
	uint32_t header = htonl(TEXT_MAX);
	const char *text = NULL;
	size_t length = 0;
	come(p, (char *)&header, HEADER, 0);
	memset(p->in + HEADER, 'x', TEXT_MAX);
	p->end = FRAME_MAX;
	printf("the longest is there: %s",
	       outcome(take_frame(p, &text, &length)));
	printf(", %zu bytes\n", length);
	free(p);
}

static bool listen_fails;
static int interrupts;

/* In place of the C library's: it fails, if it is to. */
int
listen(int fd, int waiting)
{
	if (listen_fails) {
		errno = ENOBUFS;
		return -1;
	}
	return (int)syscall(SYS_listen, fd, waiting);
}

/* The same: a signal interrupts it, after it has begun, as long as `interrupts` says; but
   not one that does not wait. */
int
connect(int fd, const struct sockaddr *a, socklen_t size)
{
	int flags = fcntl(fd, F_GETFL), n;

	if (interrupts == 0 || flags == -1 || (flags & O_NONBLOCK))
		return (int)syscall(SYS_connect, fd, a, size);
	interrupts--;
	fcntl(fd, F_SETFL, flags | O_NONBLOCK);
	n = (int)syscall(SYS_connect, fd, a, size);
	int saved = errno == EINPROGRESS ? EINTR : errno;
	fcntl(fd, F_SETFL, flags);
	errno = saved;
	return n;
}

/* The same, but before it has begun. */
ssize_t
send(int fd, const void *bytes, size_t size, int flags)
{
	if (interrupts > 0) {
		interrupts--;
		errno = EINTR;
		return -1;
	}
	return syscall(SYS_sendto, fd, bytes, size, flags, NULL, 0);
}

/* An address of this machine; the port is in network byte order. */
static struct addrinfo
address(struct sockaddr_storage *space, int family, const char *host, int port)
{
	struct addrinfo a = { .ai_family = family,
			      .ai_socktype = SOCK_STREAM,
			      .ai_addr = (struct sockaddr *)space };

	memset(space, 0, sizeof(*space));
	if (family == AF_INET) {
		struct sockaddr_in *in = (struct sockaddr_in *)space;

		in->sin_family = AF_INET;
		in->sin_port = (in_port_t)port;
		inet_pton(family, host, &in->sin_addr);
		a.ai_addrlen = sizeof(*in);
	} else {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)space;

		in6->sin6_family = AF_INET6;
		in6->sin6_port = (in_port_t)port;
		inet_pton(family, host, &in6->sin6_addr);
		a.ai_addrlen = sizeof(*in6);
	}
	return a;
}

static int
port_of(int fd)
{
	struct sockaddr_storage space;
	socklen_t size = sizeof(space);

	if (getsockname(fd, (struct sockaddr *)&space, &size) == -1)
		err(2, "getsockname");
	return space.ss_family == AF_INET
		   ? ((struct sockaddr_in *)&space)->sin_port
		   : ((struct sockaddr_in6 *)&space)->sin6_port;
}

/* Of the grader's own: at a port that the kernel chooses. */
static int
listener_at(int family, const char *host)
{
	struct sockaddr_storage space;
	struct addrinfo a = address(&space, family, host, 0);
	int fd = socket(family, SOCK_STREAM, 0);

	if (fd == -1 || bind(fd, a.ai_addr, a.ai_addrlen) == -1 ||
	    listen(fd, 5) == -1)
		return -1;
	return fd;
}

static int
open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	while (dir != NULL && readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n - 3;
}

/* Calls listen_at, which is to fail, and prints how many descriptors it leaves open. */
static void
fails_to_listen(const struct addrinfo *a)
{
	int before = open_descriptors();

	printf("%s", outcome(listen_at(a)));
	printf(", descriptors left open: %d\n", open_descriptors() - before);
}

static void
try_listening(void)
{
	struct sockaddr_storage space;
	struct addrinfo a = address(&space, AF_INET, "127.0.0.1", 0);
	int before = open_descriptors(), fd = listen_at(&a);
	int yes = 0;
	socklen_t size = sizeof(yes);

	if (fd == -1)
		err(1, "listen_at");
	getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &size);
	printf("%s, %s, descriptors left open: %d\n",
	       yes ? "it listens" : "it does not listen",
	       fcntl(fd, F_GETFD) & FD_CLOEXEC ? "is closed by exec"
					       : "stays open at exec",
	       open_descriptors() - before);
	printf("accept without a client: %s\n",
	       outcome(accept(fd, NULL, NULL)));
	address(&space, AF_INET, "127.0.0.1", port_of(fd));
	printf("the same port again: ");
	fails_to_listen(&a);
	// An address that no machine has.
	a = address(&space, AF_INET, "192.0.2.1", 0);
	printf("another machine's address: ");
	fails_to_listen(&a);
	a = address(&space, AF_INET, "127.0.0.1", 0);
	listen_fails = true;
	printf("listen fails: ");
	fails_to_listen(&a);
	listen_fails = false;
	// A program may be started without standard input: then 0 is the next.
	close(STDIN_FILENO);
	fd = listen_at(&a);
	yes = 0;
	getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &size);
	printf("descriptor 0 is free: %s\n",
	       yes ? "it listens" : "it does not listen");
}

static void
crowd(void)
{
	struct sockaddr_storage space;
	struct addrinfo a = address(&space, AF_INET, "127.0.0.1", 0);
	int fd = listen_at(&a), n = 0, client;

	if (fd == -1)
		err(1, "listen_at");
	address(&space, AF_INET, "127.0.0.1", port_of(fd));
	for (; n < 100; n++) {
		client = socket(AF_INET, SOCK_STREAM, 0);
		if (client == -1 ||
		    connect(client, a.ai_addr, a.ai_addrlen) == -1)
			err(1, "client %d", n + 1);
	}
	printf("%d clients wait to be accepted\n", n);
}

/* At these addresses nobody can be reached: the last one tells why. */
static void
try_refused(struct addrinfo *list, int n, const char *what)
{
	int before = open_descriptors();

	for (int i = 0; i < n; i++)
		list[i].ai_next = i < n - 1 ? &list[i + 1] : NULL;
	errno = 0;
	printf("%s: %s", what, outcome(connect_to(list)));
	printf(", descriptors more: %d\n", open_descriptors() - before);
}

static void
refused(void)
{
	struct sockaddr_storage space[2];
	int fd = listener_at(AF_INET, "127.0.0.1"), port = port_of(fd);
	struct addrinfo closed = address(&space[0], AF_INET, "127.0.0.1", port),
			nowhere = address(&space[1], AF_INET, "255.255.255.255",
					  port);

	close(fd);
	try_refused((struct addrinfo[]){ closed, closed, closed }, 3,
		    "nobody listens at three addresses");
	try_refused((struct addrinfo[]){ nowhere, closed }, 2,
		    "there is no way to the first of two");
	try_refused((struct addrinfo[]){ closed, nowhere }, 2,
		    "there is no way to the second");
	interrupts = 1;
	try_refused(&closed, 1, "connect is interrupted, then refused");
}

/* Connects, and says what came of it. */
static void
try_connecting(const char *what, const struct addrinfo *list)
{
	struct sockaddr_storage local = { 0 }, other = { 0 };
	socklen_t size = sizeof(local);
	int before = open_descriptors(), fd = connect_to(list);

	if (fd == -1) {
		printf("%s: %s\n", what, outcome(fd));
		return;
	}
	getsockname(fd, (struct sockaddr *)&local, &size);
	size = sizeof(other);
	printf("%s: %s, by %s, descriptors more: %d\n", what,
	       getpeername(fd, (struct sockaddr *)&other, &size) == 0
		   ? "connected"
		   : "not connected",
	       local.ss_family == AF_INET ? "IPv4" : "IPv6",
	       open_descriptors() - before);
	close(fd);
}

static void
second(void)
{
	struct sockaddr_storage space[3];
	static const char *const hosts[] = { "::1", "127.0.0.1" };
	struct addrinfo list[3];

	for (int i = 0; i < 2; i++) {
		int family = i == 0 ? AF_INET6 : AF_INET;
		int listener = listener_at(family, hosts[i]);

		if (listener == -1) {
			printf("%s: there is none here\n", hosts[i]);
			continue;
		}
		list[0] = address(&space[0], i == 0 ? AF_INET : AF_INET6,
				  hosts[1 - i], port_of(listener));
		list[0].ai_next = &list[1];
		list[1] =
		    address(&space[1], family, hosts[i], port_of(listener));
		try_connecting(hosts[i], list);
		close(listener);
	}

	int first = listener_at(AF_INET, "127.0.0.1");
	int other = listener_at(AF_INET, "127.0.0.1");
	list[0] = address(&space[0], AF_INET, "127.0.0.1", port_of(first));
	list[1] = address(&space[1], AF_INET, "127.0.0.1", port_of(other));
	list[0].ai_next = &list[1];
	try_connecting("somebody listens at both addresses", list);
	fcntl(other, F_SETFL, O_NONBLOCK);
	printf("at the second: %s\n", accept(other, NULL, NULL) == -1
					  ? "nobody came"
					  : "somebody came, too");
	interrupts = 1;
	try_connecting("connect is interrupted", &list[1]);
	// No machine has sockets of this family.
	list[0].ai_family = AF_MAX;
	try_connecting("this machine has no socket for the first", list);
}

/* A connection with buffers that are small; what is at [1] is ours to read. */
static void
connected(int pair[2])
{
	int listener = listener_at(AF_INET, "127.0.0.1"), small = 4096;
	struct sockaddr_storage space;
	struct addrinfo a =
	    address(&space, AF_INET, "127.0.0.1", port_of(listener));

	pair[1] = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(pair[1], SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	if (connect(pair[1], a.ai_addr, a.ai_addrlen) == -1)
		err(2, "connect");
	pair[0] = accept(listener, NULL, NULL);
	if (pair[0] == -1)
		err(2, "accept");
	setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
	close(listener);
}

/*
 * Calls send_queued some times, when the kernel takes no more: whether it sleeps in
 * every call. (A look without waiting does not sleep. In some call it may for a moment,
 * where the kernel itself waits.)
 */
static bool
always_sleeps(struct peer *p)
{
	struct rusage before, after;

	for (int i = 0; i < 5; i++) {
		getrusage(RUSAGE_SELF, &before);
		send_queued(p);
		getrusage(RUSAGE_SELF, &after);
		if (after.ru_nvcsw == before.ru_nvcsw)
			return false;
	}
	return true;
}

/* Reads what is there; how many bytes of `expected` it was, or -1 if it differs. */
static long
read_some(int fd, const char *expected, size_t max)
{
	char buf[4096];
	ssize_t n = recv(fd, buf, max < sizeof(buf) ? max : sizeof(buf), 0);

	return n >= 0 && memcmp(buf, expected, (size_t)n) == 0 ? n : -1;
}

/* A buffer of a fixed size, twice that of the queue: it takes all, where it may be so large. */
static void
send_much(void)
{
	int listener = listener_at(AF_INET, "127.0.0.1");
	struct sockaddr_storage space;
	struct addrinfo a =
	    address(&space, AF_INET, "127.0.0.1", port_of(listener));
	int fd = socket(AF_INET, SOCK_STREAM, 0), large = QUEUE_MAX, n;
	struct peer *p = new_peer(fd);

	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &large, sizeof(large));
	if (connect(fd, a.ai_addr, a.ai_addrlen) == -1)
		err(2, "connect");
	p->queued = QUEUE_MAX;
	n = send_queued(p);
	printf("nobody reads, large buffers: %s, ", outcome(n));
	printf("%s\n",
	       p->queued > 0 && poll(&(struct pollfd){ fd, POLLOUT, 0 }, 1, 0)
		   ? "the kernel takes more at once"
		   : "the kernel takes no more, or nothing is left");
	close(fd);
	close(listener);
	free(p);
}

static void
try_sending(void)
{
	struct peer *p;
	char *text = text_of(QUEUE_MAX);
	size_t got = 0, calls = 0;
	int pair[2];

	connected(pair);
	p = new_peer(pair[0]);
	memcpy(p->out, text, QUEUE_MAX);
	p->queued = QUEUE_MAX;
	p->last_queued = 1;
	printf("nobody reads: %s", outcome(send_queued(p)));
	printf(", %s, our end is %s\n",
	       p->queued == QUEUE_MAX ? "the queue is as it was"
	       : p->queued == 0	      ? "all was sent"
				      : "a part was sent",
	       p->output_over ? "told" : "not told yet");
	printf("still nobody reads: %s\n", always_sleeps(p)
					       ? "each call waits for a while"
					       : "it does not wait");
	while (got < QUEUE_MAX) {
		long n = read_some(pair[1], text + got, QUEUE_MAX - got);

		if (n <= 0)
			errx(1, "after %zu bytes other ones came, or the end",
			     got);
		got += (size_t)n;
		interrupts = calls == 3;
		if (p->queued > 0 && send_queued(p) == -1) {
			printf("%s: %s\n",
			       calls == 3 ? "send is interrupted" : "then",
			       outcome(-1));
			exit(1);
		}
		interrupts = 0;
		calls++;
		if (calls > 100000)
			errx(1, "nothing more is sent");
	}
	printf("all was read, %zu are queued, our end is %s\n", p->queued,
	       p->output_over ? "told" : "not told yet");
	printf("then comes: %s\n", outcome((int)recv(pair[1], text, 1, 0)));
	send_much();
	free(text);
	free(p);
}

static void
end(void)
{
	struct peer *p;
	char byte;
	int pair[2], before;

	connected(pair);
	p = new_peer(pair[0]);
	before = open_descriptors();
	printf("nothing is queued, more may come: %s", outcome(send_queued(p)));
	printf(", output_over is %d\n", p->output_over);
	if (recv(pair[1], &byte, 1, MSG_DONTWAIT) != -1)
		errx(1, "something was sent");
	p->last_queued = 1;
	printf("nothing more will come: %s", outcome(send_queued(p)));
	printf(", output_over is %d\n", p->output_over);
	printf("once more: %s", outcome(send_queued(p)));
	printf(", output_over is %d\n", p->output_over);
	printf("the other side receives: %s\n",
	       outcome((int)recv(pair[1], &byte, 1, 0)));
	if (send(pair[1], "x", 1, MSG_NOSIGNAL) == -1)
		err(1, "the other side can no longer send");
	printf("and sends: %s\n", outcome((int)recv(pair[0], &byte, 1, 0)));
	printf("descriptors closed: %d\n", before - open_descriptors());
	close(pair[1]);
	if (recv(pair[0], &byte, 1, 0) != 0)
		errx(1, "the end of the other direction did not come");
	printf("both have ended, and once more: %s\n", outcome(send_queued(p)));
	// No socket; and one without a connection, as when the other side broke it off.
	for (int i = 0; i < 2; i++) {
		memset(p, 0, sizeof(*p));
		p->last_queued = 1;
		p->fd = i == 0 ? open("/dev/null", O_RDWR)
			       : socket(AF_INET, SOCK_STREAM, 0);
		printf("shutdown fails: %s\n", outcome(send_queued(p)));
	}
	free(p);
}

static void
gone(void)
{
	struct peer *p;
	char *text = text_of(TEXT_MAX);
	int pair[2], n = 0, unsent = 0;

	connected(pair);
	p = new_peer(pair[0]);
	close(pair[1]);
	for (int i = 0; i < 5 && n == 0; i++) {
		memcpy(p->out, text, 100);
		p->queued = 100;
		n = send_queued(p);
	}
	printf("the other side has gone: %s", outcome(n));
	if (n == 0 && ioctl(p->fd, SIOCOUTQNSD, &unsent) == 0 && unsent > 0)
		printf(", and %d bytes of 500 have not left yet", unsent);
	puts("");
	free(text);
	free(p);
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		void (*run)(void);
	} ways[] = {
		{ "put", put },
		{ "limits", limits },
		{ "take", take },
		{ "lengths", lengths },
		{ "listen", try_listening },
		{ "crowd", crowd },
		{ "refused", refused },
		{ "second", second },
		{ "send", try_sending },
		{ "end", end },
		{ "gone", gone },
	};

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (argc == 2 && strcmp(argv[1], ways[i].name) == 0) {
			ways[i].run();
			return 0;
		}
	errx(2,
	     "usage: calls crowd|put|limits|take|lengths|listen|refused|second|"
	     "send|end|gone");
}
