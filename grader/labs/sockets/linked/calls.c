/*
 * Calls the functions of name.c and transfer.c as none of the programs does, for
 * the tests of the lab `sockets`.
 *
 *	calls address	set_address, with a path of every length
 *	calls message	receive_message, with buffers and messages of many sizes
 *	calls lines	echo_lines, with lines that end around the sizes of buffers, in
 *			a process that has served another client before
 *	calls prompt	echo_lines, for a client that waits for each answer
 *	calls ending	echo_lines in five children, one after the other: what it
 *			returns
 *
 * What is to stay within bounds lies in memory of just that size, so that
 * AddressSanitizer sees one byte too many.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "name.h"
#include "transfer.h"

// An input that fits into the buffer of a socket, so that nobody need read yet.
#define INPUT_MAX 50000
// With the numbers before its lines.
#define ANSWER_MAX (2 * INPUT_MAX)
// How a child says that echo_lines returned neither 0 nor -1.
#define NEITHER 255

static int complaints;

__attribute__((format(printf, 1, 2))) static void
complain(const char *format, ...)
{
	va_list list;

	if (complaints++ >= 3)
		return;
	va_start(list, format);
	vprintf(format, list);
	va_end(list);
	putchar('\n');
}

static void *
allocate(size_t size)
{
	void *memory = malloc(size);

	if (memory == NULL)
		err(1, "malloc");
	return memory;
}

static void
connect_pair(int type, int pair[2])
{
	if (socketpair(AF_UNIX, type, 0, pair) == -1)
		err(1, "socketpair");
}

static void
send_text(int sock, const char *text, size_t length)
{
	if (send(sock, text, length, MSG_NOSIGNAL) != (ssize_t)length)
		err(1, "send");
}

// Bytes of every value but the newline.
static void
fill_text(char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		text[i] = (char)(i % 256 == '\n' ? 'n' : i % 256);
}

/* ---- set_address */

// Leaves its mark where the next function has its variables.
__attribute__((noinline)) static void
mark_stack(int mark)
{
	volatile char below[4096];

	for (size_t i = 0; i < sizeof(below); i++)
		below[i] = (char)mark;
}

static int
try_address(struct sockaddr_un *addr, const char *path, int mark)
{
	memset(addr, mark, sizeof(*addr));
	mark_stack(mark);
	errno = 0;
	return set_address(addr, path);
}

static void
try_path(size_t length)
{
	struct sockaddr_un *addr = allocate(sizeof(*addr));
	struct sockaddr_un *again = allocate(sizeof(*again));
	char *path = allocate(length + 1);
	int should = length == 0		       ? ENOENT
		     : length < sizeof(addr->sun_path) ? 0
						       : ENAMETOOLONG;
	int result;

	memset(path, 'p', length);
	path[length] = '\0';
	result = try_address(addr, path, 0x55);
	if (should != 0) {
		if (result != -1 || errno != should)
			complain(
			    "a path of length %zu: returned %d, %s; not -1, %s",
			    length, result, strerror(errno), strerror(should));
	} else if (result != 0 || addr->sun_family != AF_UNIX ||
		   memcmp(addr->sun_path, path, length + 1) != 0) {
		complain(
		    "a path of length %zu: returned %d, and the address is "
		    "not AF_UNIX, that path and its NUL",
		    length, result);
	} else {
		try_address(again, path, 0xaa);
		for (size_t i = 0; i < sizeof(addr->sun_path); i++) {
			if (addr->sun_path[i] != again->sun_path[i]) {
				complain(
				    "a path of length %zu: sun_path[%zu] is "
				    "not set",
				    length, i);
				break;
			}
		}
	}
	free(path);
	free(again);
	free(addr);
}

static void
try_paths(void)
{
	for (size_t length = 0; length <= 300; length++)
		try_path(length);
	if (complaints == 0)
		printf("every address is right\n");
}

/* ---- receive_message */

// Throws away what is still there, so that the next message is the next.
static void
drain(int sock)
{
	char byte;

	while (recv(sock, &byte, 1, MSG_DONTWAIT) != -1)
		;
}

// A message of that length, and one behind it, which must stay apart.
static void
try_message(const int pair[2], size_t size, size_t length)
{
	size_t kept = length < size ? length : size - 1;
	char *text = allocate(length + 1), *buf = allocate(size), next[8];
	ssize_t result;

	fill_text(text, length);
	send_text(pair[0], text, length);
	send_text(pair[0], "next", 4);
	memset(buf, '#', size);
	errno = EINTR; // of an earlier call: it says nothing of this one
	result = receive_message(pair[1], buf, size);
	if (result != (ssize_t)length)
		complain("size %zu, a message of length %zu: returned %zd",
			 size, length, result);
	else if (memcmp(buf, text, kept) != 0)
		complain("size %zu, a message of length %zu: buf has not its "
			 "first %zu bytes",
			 size, length, kept);
	else if (buf[kept] != '\0')
		complain("size %zu, a message of length %zu: buf[%zu] is not "
			 "NUL",
			 size, length, kept);
	if (complaints > 0)
		drain(pair[1]); // it may be gone, and we should wait for ever
	else if (receive_message(pair[1], next, sizeof(next)) != 4 ||
		 strcmp(next, "next") != 0)
		complain(
		    "size %zu, a message of length %zu: the message behind "
		    "it did not come whole",
		    size, length);
	free(buf);
	free(text);
}

static void
try_messages(void)
{
	static const int types[] = { SOCK_DGRAM, SOCK_SEQPACKET };
	static const size_t sizes[] = { 1,   2,	  3,   8,    100, 255,
					256, 257, 300, 1000, 5000 };
	char buf[8];
	int alone, pair[2];

	for (int t = 0; t < 2; t++) {
		connect_pair(types[t], pair);
		// What is not received stays, until there is no room.
		for (size_t i = 0;
		     i < sizeof(sizes) / sizeof(sizes[0]) && complaints < 3;
		     i++) {
			size_t size = sizes[i];

			try_message(pair, size, 0);
			for (size_t n = size > 2 ? size - 2 : 1; n <= size + 2;
			     n++)
				try_message(pair, size, n);
			try_message(pair, size, 20000);
		}
		close(pair[0]);
		close(pair[1]);
	}
	alone = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	if (alone == -1)
		err(1, "socket");
	errno = 0;
	if (receive_message(alone, buf, sizeof(buf)) != -1 || errno != ENOTCONN)
		complain(
		    "a socket that is not connected: not -1 with ENOTCONN");
	close(alone);
	if (complaints == 0)
		printf("every message is right\n");
}

/* ---- echo_lines */

// A child that serves one end of a connection; the other end is in *client.
static pid_t
serve(int *client)
{
	int pair[2];
	pid_t pid;

	connect_pair(SOCK_STREAM, pair);
	fflush(stdout);
	pid = fork();
	if (pid == -1)
		err(1, "fork");
	if (pid == 0) {
		int result;

		close(pair[0]);
		errno = EINTR; // of an earlier call
		result = echo_lines(pair[1]);
		_exit(result == 0 ? 0 : result == -1 ? errno : NEITHER);
	}
	close(pair[1]);
	*client = pair[0];
	return pid;
}

// What echo_lines returned: 0, an errno, or NEITHER.
static int
returned(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) == -1)
		err(1, "waitpid");
	if (WIFSIGNALED(status))
		printf("killed by signal %d\n", WTERMSIG(status));
	return WIFEXITED(status) ? WEXITSTATUS(status) : NEITHER;
}

// Receives `length` bytes, or less at the end of the connection.
static size_t
receive_all(int sock, char *buf, size_t length)
{
	size_t filled = 0;
	ssize_t n = 1;

	while (filled < length && n > 0) {
		n = recv(sock, buf + filled, length - filled, 0);
		if (n > 0)
			filled += (size_t)n;
	}
	return filled;
}

// The answer to `text`, and its length.
static size_t
answer_to(const char *text, size_t length, char *answer)
{
	size_t n = 0;
	int line = 0;

	for (size_t i = 0; i < length; i++) {
		if (i == 0 || text[i - 1] == '\n')
			n += (size_t)sprintf(answer + n, "%d: ", ++line);
		answer[n++] = text[i];
	}
	return n;
}

// The answer to `text` into `got`, and what echo_lines returned.
static int
echo_text(const char *text, size_t length, char *got, size_t *n)
{
	int client;
	pid_t pid = serve(&client);

	if (length > 0)
		send_text(client, text, length);
	shutdown(client, SHUT_WR);
	*n = receive_all(client, got, ANSWER_MAX);
	close(client);
	return returned(pid);
}

static void
try_text(const char *what, const char *text, size_t length)
{
	static char should[ANSWER_MAX], got[ANSWER_MAX];
	size_t n, expected = answer_to(text, length, should), same = 0;
	int result = echo_text(text, length, got, &n);

	while (same < n && same < expected && got[same] == should[same])
		same++;
	if (same < n || same < expected)
		complain("%s: the length of the answer is %zu, not %zu, and it "
			 "is right "
			 "up to byte %zu",
			 what, n, expected, same);
	if (result != 0)
		complain("%s: echo_lines does not return 0", what);
}

// A client whose last line has no newline. Those that follow are served by children,
// which inherit whatever it leaves behind in this process.
static void
serve_before(void)
{
	int pair[2];

	connect_pair(SOCK_STREAM, pair);
	send_text(pair[0], "one\ntwo", 7);
	shutdown(pair[0], SHUT_WR);
	if (echo_lines(pair[1]) != 0)
		complain("the client before: echo_lines does not return 0");
	close(pair[0]);
	close(pair[1]);
}

static void
try_lines(void)
{
	// With their newlines: to the end of a buffer, past it, to it again.
	static const size_t lengths[] = { 4095, 4096, 4094, 8191, 8192,
					  8190, 1023, 1024, 1022, 0,
					  1,	0,    255,  256,  254 };
	static char text[INPUT_MAX];
	size_t filled = 0;

	serve_before();
	// NUL bytes are not what this is about: other tests have them.
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		memset(text + filled, 'a' + (int)i, lengths[i]);
		filled += lengths[i];
		text[filled++] = '\n';
	}
	try_text("lines of many lengths", text, filled);
	memset(text, 'z', sizeof(text));
	try_text("one line of 4096 bytes without newline", text, 4096);
	try_text("no input", text, 0);
	if (complaints == 0)
		printf("every line is right\n");
}

static void
be_prompt(void)
{
	static const char *const texts[] = { "one\n", "\n", "two\nat once\nth",
					     "en\n" };
	static const size_t lengths[] = { 7, 4, 18, 8 };
	char got[32];
	int client;
	pid_t pid = serve(&client);

	for (int i = 0; i < 4; i++) {
		size_t n;

		if (send(client, texts[i], strlen(texts[i]), MSG_NOSIGNAL) ==
		    -1)
			break;
		n = receive_all(client, got, lengths[i]);
		fwrite(got, 1, n, stdout);
		fflush(stdout);
	}
	close(client);
	returned(pid);
}

static void
show_ending(void)
{
	static const char text[] = "one\ntwo";
	static char should[ANSWER_MAX], got[ANSWER_MAX];
	size_t n, expected = answer_to(text, strlen(text), should);
	int result = echo_text(text, strlen(text), got, &n);

	if (result == 0)
		printf("returned 0, after %s of the answer\n",
		       n == expected ? "all" : "a part");
	else if (result == NEITHER)
		printf("returned neither 0 nor -1\n");
	else
		printf("returned -1: %s\n", strerror(result));
}

int
main(int argc, char *argv[])
{
	const char *what = argc == 2 ? argv[1] : "";

	if (strcmp(what, "address") == 0)
		try_paths();
	else if (strcmp(what, "message") == 0)
		try_messages();
	else if (strcmp(what, "lines") == 0)
		try_lines();
	else if (strcmp(what, "prompt") == 0)
		be_prompt();
	else if (strcmp(what, "ending") == 0)
		for (int child = 0; child < 5; child++)
			show_ending();
	else
		errx(2, "usage: calls address|message|lines|prompt|ending");
	if (complaints > 3)
		printf("and %d more\n", complaints - 3);
	return 0;
}
