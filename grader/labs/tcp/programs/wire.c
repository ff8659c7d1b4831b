/*
 * The other side of hubd, or of say, for the tests of the lab `tcp`: does what
 * standard input tells it, a line each, one after the other, and prints what comes.
 *
 *	wire [PORT]
 *
 * N is the number of a connection, 1 to 250, or several: 1-200.
 *
 *	open N [4|6] [small|tiny]	connects to PORT (small: takes little unread;
 *				tiny: the kernel of the other side takes little, too,
 *				less than a frame of 60,000 bytes)
 *	listen 4|6		listens, and prints "ready PORT"
 *	accept N		takes a client
 *	send N TEXT		sends a frame
 *	long N LENGTH [COUNT]	sends such a frame, of letters that tell their places
 *				(printed as "LENGTH x"); COUNT of them
 *	raw N HEX		sends these bytes, in one piece
 *	arrived N		waits until the other side's kernel has all of it (2 s at most)
 *	drip N OTHER HEX	the same, byte by byte; after each but the last OTHER
 *				says "tick", and all that have joined hear it
 *	get N			receives a frame
 *	gets N LENGTH COUNT	receives COUNT such frames, or of the letter x only
 *				(of any other bytes: "LENGTH others")
 *	until N MOST TEXT	receives frames until that one comes, MOST others before it
 *	drain N			receives what the kernels have for it, while hubd is stopped
 *	brim N OTHER		sends such a frame that hubd has one byte too much for OTHER,
 *				if it keeps all; 60,000 bytes at most
 *	rest N			receives all that has been said since it joined
 *	nothing N		tells whether nothing is there to be received
 *	end N			ends its direction, and can still receive
 *	over N			receives the end of the other direction
 *	close N
 *	reset N			breaks the connection off
 *	say TEXT		prints TEXT
 *
 * What several connections receive is printed once if it is the same. Which step it
 * is at stands in the log, in the file step, for the report of one that never ends.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 250, LONGEST = 65536, SMALL = 4096, TINY = 1, SEGMENT = 500 };
enum { QUEUE_MAX = 256 << 10 /* as in tcp.h */ };

static int fds[MOST + 1], listener = -1, port;
static bool joined[MOST + 1];
/* Bytes that were said since it joined, and that it has not received. */
static long owed[MOST + 1];
static char text[LONGEST + 1];

static struct sockaddr_storage
loopback(int family, socklen_t *size)
{
	struct sockaddr_storage space = { 0 };

	if (family == 6) {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&space;

		in6->sin6_family = AF_INET6;
		in6->sin6_addr = in6addr_loopback;
		in6->sin6_port = htons((in_port_t)port);
		*size = sizeof(*in6);
	} else {
		struct sockaddr_in *in = (struct sockaddr_in *)&space;

		in->sin_family = AF_INET;
		in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		in->sin_port = htons((in_port_t)port);
		*size = sizeof(*in);
	}
	return space;
}

static void
open_one(int n, const char *how)
{
	int family = *how == '6' ? 6 : 4;
	bool tiny = strstr(how, "tiny") != NULL;
	socklen_t size;
	struct sockaddr_storage address = loopback(family, &size);
	int bytes = tiny ? TINY : SMALL, segment = SEGMENT, on = 1;

	fds[n] = socket(family == 6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
	if (fds[n] == -1)
		err(1, "socket");
	if (tiny || strstr(how, "small") != NULL)
		setsockopt(fds[n], SOL_SOCKET, SO_RCVBUF, &bytes,
			   sizeof(bytes));
	// The other side's buffer is as large as some segments, and grows by those
	// that come here: the kernel makes its least of TINY, so they are few.
	if (tiny)
		setsockopt(fds[n], IPPROTO_TCP, TCP_MAXSEG, &segment,
			   sizeof(segment));
	setsockopt(fds[n], IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(fds[n], (struct sockaddr *)&address, size) == -1)
		err(1, "client %d: connect", n);
}

static void
listen_here(int family)
{
	socklen_t size;
	struct sockaddr_storage address;

	port = 0;
	address = loopback(family, &size);
	listener = socket(family == 6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
	if (listener == -1 ||
	    bind(listener, (struct sockaddr *)&address, size) == -1 ||
	    listen(listener, 5) == -1 ||
	    getsockname(listener, (struct sockaddr *)&address, &size) == -1)
		err(1, "listen");
	printf("ready %d\n",
	       ntohs(family == 6 ? ((struct sockaddr_in6 *)&address)->sin6_port
				 : ((struct sockaddr_in *)&address)->sin_port));
}

static bool
    behind; /* this process only sends: others see what becomes of that */

static void
send_bytes(int n, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t m = send(fds[n], bytes, size, MSG_NOSIGNAL);

		if (m == -1 && behind)
			_exit(0);
		if (m == -1) {
			printf("%d: cannot send: %s\n", n, strerror(errno));
			return;
		}
		bytes += m;
		size -= (size_t)m;
	}
}

/* Until all that was sent is acknowledged. */
static void
await_arrival(int n)
{
	int left;

	for (int ms = 0; ms < 2000; ms++) {
		if (ioctl(fds[n], SIOCOUTQ, &left) == -1 || left == 0)
			return;
		usleep(1000);
	}
}

static void
send_frame(int n, const char *bytes, size_t size)
{
	static char frame[4 + LONGEST];
	uint32_t header = htonl((uint32_t)size);

	memcpy(frame, &header, 4);
	memcpy(frame + 4, bytes, size);
	for (int i = 1; i <= MOST; i++)
		if (joined[i])
			owed[i] += 4 + (long)size;
	send_bytes(n, frame, 4 + size);
}

/* Of a long frame: no piece of it is like the one at another place. */
static char
letter(size_t at)
{
	return (char)('a' + at * at / 1000 % 26);
}

static bool
is_long(size_t size)
{
	size_t at = 0;

	while (at < size && text[at] == letter(at))
		at++;
	return at == size || strspn(text, "x") == size;
}

/* Receives so many bytes; NULL, or what came instead. */
static const char *
receive(int n, char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t m = recv(fds[n], bytes, size, 0);

		if (m == 0)
			return "end";
		if (m == -1)
			return errno == ECONNRESET ? "reset" : strerror(errno);
		owed[n] -= m;
		bytes += m;
		size -= (size_t)m;
	}
	return NULL;
}

/* Receives a frame; its text, or what came instead, is in `text`. */
static void
receive_frame(int n)
{
	uint32_t header;
	const char *instead = receive(n, (char *)&header, 4);
	size_t size = instead == NULL ? ntohl(header) : 0;

	if (size > LONGEST)
		instead = "a frame that is too long";
	if (instead == NULL && (instead = receive(n, text, size)) != NULL)
		instead = "the end, within a frame";
	if (instead != NULL) {
		sprintf(text, "(%s)", instead);
		return;
	}
	text[size] = '\0';
	if (size >= 1000)
		sprintf(text, "%zu %s", size, is_long(size) ? "x" : "others");
}

static void
receive_frames(int n, size_t size, int count)
{
	char expected[40];
	int i = 0;

	snprintf(expected, sizeof(expected), "%zu x", size);
	do
		receive_frame(n);
	while (strcmp(text, expected) == 0 && ++i < count);
	if (i == count)
		sprintf(text, "%d times %s", count, expected);
	else
		sprintf(text + strlen(text), " after %d", i);
}

static void
receive_end(int n)
{
	ssize_t m = recv(fds[n], text, 1, 0);

	strcpy(text, m == 0		   ? "end"
		     : m == 1		   ? "more"
		     : errno == ECONNRESET ? "reset"
					   : strerror(errno));
}

static void
look(int n)
{
	ssize_t m = recv(fds[n], text, 1, MSG_PEEK | MSG_DONTWAIT);

	strcpy(text, m == -1 && errno == EAGAIN ? "nothing" : "something");
}

/* How many bytes the other side's kernel has for it, or does not know to be here. */
static unsigned long
unsent(int n)
{
	struct sockaddr_in own;
	socklen_t size = sizeof(own);
	unsigned long bytes = 0;
	unsigned from, to;
	char line[200];
	FILE *table = fopen("/proc/net/tcp", "r");

	if (table == NULL ||
	    getsockname(fds[n], (struct sockaddr *)&own, &size) == -1)
		err(1, "/proc/net/tcp");
	while (fgets(line, sizeof(line), table) != NULL) {
		if (sscanf(line, "%*d: %*x:%x %*x:%x %*x %lx", &from, &to,
			   &bytes) == 3 &&
		    from == (unsigned)port && to == ntohs(own.sin_port))
			break;
		bytes = 0;
	}
	fclose(table);
	return bytes;
}

static void
drain(int n)
{
	ssize_t m;
	bool here;

	do {
		here = unsent(n) == 0;
		m = recv(fds[n], text, LONGEST, MSG_DONTWAIT);
		if (m > 0)
			owed[n] -= m;
		else
			usleep(1000);
	} while (m > 0 || !here);
}

static void
brim(int n, int other)
{
	long size = QUEUE_MAX + 1 - owed[other] - 4;

	if (size < 0)
		return;
	if (size > 60000)
		size = 60000;
	memset(text, 'x', (size_t)size);
	send_frame(n, text, (size_t)size);
}

static void
receive_rest(int n)
{
	const char *instead = NULL;

	while (owed[n] > 0 && instead == NULL)
		instead = receive(n, text,
				  owed[n] < LONGEST ? (size_t)owed[n]
						    : (size_t)LONGEST);
	strcpy(text, instead == NULL ? "the rest" : instead);
}

static size_t
from_hex(const char *hex)
{
	unsigned byte;
	size_t size = 0;
	int used;

	while (sscanf(hex, " %2x%n", &byte, &used) == 1) {
		text[size++] = (char)byte;
		hex += used;
	}
	return size;
}

/* It says so, and all that have joined hear it; or tells who hears what instead. */
static bool
tell_all(int n, const char *what)
{
	send_frame(n, what, strlen(what));
	for (int i = 1; i <= MOST; i++) {
		if (!joined[i])
			continue;
		receive_frame(i);
		if (strcmp(text, what) == 0)
			continue;
		printf("%d: instead of \"%s\" by %d: %s\n", i, what, n, text);
		return false;
	}
	return true;
}

static void
drip(int n, int other, const char *hex)
{
	char bytes[200];
	size_t size = from_hex(hex);

	memcpy(bytes, text, size);
	for (size_t i = 0; i < size; i++) {
		send_bytes(n, bytes + i, 1);
		if (i < size - 1 && !tell_all(other, "tick"))
			return;
	}
}

static void
receive_until(int n, int most, const char *what)
{
	int before = -1;

	do {
		receive_frame(n);
		before++;
	} while (strcmp(text, what) != 0 && *text != '(');
	if (strcmp(text, what) == 0 && before > most)
		sprintf(text, "%s, after %d others", what, before);
}

static void
break_off(int n)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };

	if (connect(fds[n], &none, sizeof(none)) == -1)
		err(1, "reset");
	close(fds[n]);
}

/* Does it for one; true if `text` has what came. */
static bool
step(const char *what, int n, const char *rest)
{
	size_t length = 0;
	int count = 1;

	if (strcmp(what, "open") == 0) {
		open_one(n, rest);
	} else if (strcmp(what, "join") == 0) {
		open_one(n, rest);
		joined[n] = true;
		owed[n] = 0;
		tell_all(n, "join");
	} else if (strcmp(what, "accept") == 0) {
		fds[n] = accept(listener, NULL, NULL);
		if (fds[n] == -1)
			err(1, "accept");
	} else if (strcmp(what, "send") == 0) {
		send_frame(n, rest, strlen(rest));
	} else if (strcmp(what, "long") == 0) {
		sscanf(rest, "%zu %d", &length, &count);
		for (size_t at = 0; at < length; at++)
			text[at] = letter(at);
		while (count-- > 0)
			send_frame(n, text, length);
	} else if (strcmp(what, "behind") == 0) {
		if (fork() == 0) {
			behind = true;
			step("long", n, rest);
			_exit(0);
		}
	} else if (strcmp(what, "raw") == 0) {
		send_bytes(n, text, from_hex(rest));
	} else if (strcmp(what, "arrived") == 0) {
		await_arrival(n);
	} else if (strcmp(what, "drip") == 0) {
		char *hex;
		int other = (int)strtol(rest, &hex, 10);

		drip(n, other, hex);
	} else if (strcmp(what, "end") == 0) {
		joined[n] = false;
		shutdown(fds[n], SHUT_WR);
	} else if (strcmp(what, "close") == 0) {
		joined[n] = false;
		close(fds[n]);
	} else if (strcmp(what, "reset") == 0) {
		joined[n] = false;
		break_off(n);
	} else if (strcmp(what, "get") == 0) {
		receive_frame(n);
		return true;
	} else if (strcmp(what, "gets") == 0) {
		sscanf(rest, "%zu %d", &length, &count);
		receive_frames(n, length, count);
		return true;
	} else if (strcmp(what, "over") == 0) {
		receive_end(n);
		return true;
	} else if (strcmp(what, "drain") == 0) {
		drain(n);
	} else if (strcmp(what, "brim") == 0) {
		brim(n, atoi(rest));
	} else if (strcmp(what, "rest") == 0) {
		receive_rest(n);
		return true;
	} else if (strcmp(what, "nothing") == 0) {
		look(n);
		return true;
	} else if (strcmp(what, "until") == 0) {
		char *frame;

		count = (int)strtol(rest, &frame, 10);
		receive_until(n, count, frame + strspn(frame, " "));
		return true;
	} else {
		errx(2, "no such step: %s", what);
	}
	return false;
}

static void
note_step(const char *what, int n, const char *rest)
{
	const char *log = getenv("LABBOX_LOG");
	char name[200];
	FILE *file;

	snprintf(name, sizeof(name), "%s/step", log == NULL ? "." : log);
	file = log == NULL ? NULL : fopen(name, "w");
	if (file == NULL)
		return;
	fprintf(file, "%s %d%s%.60s\n", what, n, *rest ? " " : "", rest);
	fclose(file);
}

static void
do_line(char *line)
{
	static char first[LONGEST + 1];
	char *what = strsep(&line, " "), *which = strsep(&line, " ");
	const char *rest = line == NULL ? "" : line;
	int low = 0, high = 0, n;
	bool same = true;

	if (strcmp(what, "say") == 0) {
		printf("%s%s%s\n", which, *rest ? " " : "", rest);
		return;
	} else if (strcmp(what, "listen") == 0) {
		listen_here(which[0] - '0');
		return;
	}
	n = sscanf(which, "%d-%d", &low, &high);
	high = n == 1 ? low : high;
	if (n < 1 || low < 1 || high > MOST)
		errx(2, "which connection? %s", which);
	for (n = low; n <= high; n++) {
		note_step(what, n, rest);
		if (!step(what, n, rest))
			continue;
		if (n == low)
			strcpy(first, text);
		if (strcmp(text, first) != 0 || low == high)
			printf("%d: %s\n", n, text);
		same = same && strcmp(text, first) == 0;
		if (n == high && low != high)
			printf("%d-%d: %s%s\n", low, high, first,
			       same ? "" : " (but for these)");
	}
}

int
main(int argc, char *argv[])
{
	static char line[LONGEST + 64];

	port = argc == 2 ? atoi(argv[1]) : 0;
	setvbuf(stdout, NULL, _IOLBF, 0);
	setvbuf(stdin, NULL, _IONBF, 0); /* a step that has not come waits */
	while (fgets(line, sizeof(line), stdin) != NULL) {
		char *from = line + strspn(line, " \t");

		from[strcspn(from, "\n")] = '\0';
		if (*from != '\0')
			do_line(from);
	}
	while (wait(NULL) > 0)
		;
	return 0;
}
