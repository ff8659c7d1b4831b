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
	// TODO 2
	(void)sock;
	(void)buf;
	(void)size;
	errno = ENOSYS;
	return -1;
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
	// TODO 5
	(void)client;
	errno = ENOSYS;
	return -1;
}
