/*
 * What one send(2) sends is one message on a SOCK_DGRAM or SOCK_SEQPACKET
 * socket: one recv(2) receives it, all of it or its beginning, never more. On a
 * SOCK_STREAM socket it is bytes, which arrive in pieces of any size.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "transfer.h"

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
	struct iovec part = { .iov_base = buf, .iov_len = size - 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t kept, length;

	// Its length first, without taking it; then the message.
	do
		length = recv(sock, NULL, 0, MSG_PEEK | MSG_TRUNC);
	while (length == -1 && errno == EINTR);
	if (length == -1)
		return -1;
	do
		kept = recvmsg(sock, &message, 0);
	while (kept == -1 && errno == EINTR);
	if (kept == -1)
		return -1;
	buf[kept] = '\0';
	return length;
}

/*
 * Send all `len` bytes of `buf` over `sock`, a stream.
 *
 * Returns 0 when every byte is sent, -1 with errno otherwise: EPIPE when the
 * other side has closed. MSG_NOSIGNAL: that is an error, not our death.
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
 * errno otherwise.
 * Trap: one read is not one line. It may be half of one, or three and a bit.
 */
int
echo_lines(int client)
{
	FILE *in = fdopen(dup(client), "r"), *out = fdopen(dup(client), "w");
	int status = in == NULL || out == NULL ? -1 : 0;
	unsigned long number = 0;
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	signal(SIGPIPE, SIG_IGN);
	while (status == 0 && (length = getline(&line, &size, in)) > 0) {
		fprintf(out, "%lu: ", ++number);
		fwrite(line, 1, (size_t)length, out);
		if (fflush(out) == EOF)
			status = -1;
	}
	if (status == 0 && ferror(in))
		status = -1;

	int why = errno;
	free(line);
	if (in != NULL)
		fclose(in);
	if (out != NULL)
		fclose(out);
	errno = why;
	return status;
}
