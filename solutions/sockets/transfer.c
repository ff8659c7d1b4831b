/*
 * What one send(2) sends is one message on a SOCK_DGRAM or SOCK_SEQPACKET
 * socket: one recv(2) receives it, all of it or its beginning, never more. On a
 * SOCK_STREAM socket it is bytes, which arrive in pieces of any size.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "transfer.h"

// Any size is right: a read ends anywhere, a line ends at its newline.
#define CHUNK 4096

/*
 * Gap 2: receive one message from `sock`, a socket that keeps boundaries, into
 * the `size` bytes of `buf`, and end it with a NUL.
 *
 * Returns the length of the message *as it was sent*, -1 with errno otherwise.
 * When that is `size` or more, `buf` has its first `size` - 1 bytes. Tries
 * again when a signal came.
 * Trap: a message may be longer than `buf`, or empty.
 */
ssize_t
receive_message(int sock, char *buf, size_t size)
{
	// BEGIN SOLUTION 2
	ssize_t length;

	do
		length = recv(sock, buf, size - 1, MSG_TRUNC);
	while (length == -1 && errno == EINTR);
	if (length != -1)
		buf[(size_t)length < size ? (size_t)length : size - 1] = '\0';
	return length;
	// STUB (void)sock;
	// STUB (void)buf;
	// STUB (void)size;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 2
}

/*
 * Send all `len` bytes of `buf` over `sock`, a stream.
 *
 * Returns 0 when every byte is sent, -1 with errno otherwise: EPIPE or
 * ECONNRESET when the other side has closed. MSG_NOSIGNAL: that is an error, not our death.
 */
int
send_all(int sock, const char *buf, size_t len)
{
	while (len > 0) {
		ssize_t n = send(sock, buf, len, MSG_NOSIGNAL);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		buf += n;
		len -= (size_t)n;
	}
	return 0;
}

/*
 * Gap 5: send every line that comes from `client` back to it, with its number
 * before it: "hello\n" as "1: hello\n", the next with 2, and so on.
 *
 * A line has any length and any bytes. The answer to a line is sent when its
 * newline is there, at the latest. The last line may have no newline; then its
 * answer has none. Returns 0 when the client has sent everything, -1 with
 * errno otherwise. Tries again when a signal came.
 * Trap: one read is not one line. It may be half of one, or three and a bit.
 */
int
echo_lines(int client)
{
	// BEGIN SOLUTION 5
	char chunk[CHUNK], number[32];
	unsigned long lines = 0;
	bool fresh = true; // the next byte is the first of a line

	for (;;) {
		ssize_t n = recv(client, chunk, sizeof(chunk), 0);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return (int)n;
		for (ssize_t from = 0, to; from < n; from = to) {
			char *newline =
			    memchr(chunk + from, '\n', (size_t)(n - from));

			to = newline ? newline + 1 - chunk : n;
			if (fresh) {
				int len = snprintf(number, sizeof(number),
						   "%lu: ", ++lines);

				if (send_all(client, number, (size_t)len) == -1)
					return -1;
			}
			if (send_all(client, chunk + from,
				     (size_t)(to - from)) == -1)
				return -1;
			fresh = newline != NULL;
		}
	}
	// STUB (void)client;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 5
}
