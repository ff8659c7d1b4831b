/*
 * A descriptor is a number in one process. What sendmsg(2) carries over a UNIX
 * socket beside its bytes, as SCM_RIGHTS, is the open file behind it: the
 * receiver finds a number of its own for it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vault.h"

/*
 * Gap 1: send the int `error` over `sock`, as one message, and with it the open
 * file behind `fd`, if `fd` is not -1. `fd` is closed, whatever comes of it: it
 * is the receiver's now.
 *
 * Returns 0, or -1 with errno set: EPIPE (and no signal) when the other side has
 * closed. Tries again when a signal came.
 * Traps: room for the control message is not its length, and it must be aligned.
 */
int
give(int sock, int error, int fd)
{
	// BEGIN SOLUTION 1
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec data = { .iov_base = &error, .iov_len = sizeof(error) };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };
	ssize_t sent;
	int saved;

	if (fd != -1) {
		struct cmsghdr *header = &control.align;

		memset(&control, 0, sizeof(control));
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(header), &fd, sizeof(fd));
		message.msg_control = control.bytes;
		message.msg_controllen = sizeof(control.bytes);
	}
	do
		sent = sendmsg(sock, &message, MSG_NOSIGNAL);
	while (sent == -1 && errno == EINTR);
	saved = errno;
	if (fd != -1)
		close(fd);
	errno = saved;
	return sent == -1 ? -1 : 0;
	// STUB (void)sock;
	// STUB (void)error;
	// STUB if (fd != -1)
	// STUB	close(fd);
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 1
}

/*
 * Gap 1, too: receive one message that give has sent.
 *
 * Returns the descriptor, which is closed on exec, when `error` was 0. Otherwise
 * -1 with errno set: to the `error` that was sent; to ECONNRESET when the other
 * side closed and sent nothing; to EBADMSG when it is no message of give's (not
 * the size of an int; a negative error; an error and a descriptor; no error and
 * not exactly one descriptor). Tries again when a signal came.
 * Trap: whatever is refused may have brought descriptors, which are open here.
 */
int
take(int sock)
{
	// BEGIN SOLUTION 1
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	int error = 0, fds[2], got = 0;
	struct iovec data = { .iov_base = &error, .iov_len = sizeof(error) };
	struct msghdr message = { .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = control.bytes,
				  .msg_controllen = sizeof(control.bytes) };
	struct cmsghdr *header;
	ssize_t n;

	do
		n = recvmsg(sock, &message, MSG_CMSG_CLOEXEC);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return -1;

	// CMSG_SPACE rounds up: where a long has 8 bytes, two may have come.
	header = CMSG_FIRSTHDR(&message);
	if (header != NULL && header->cmsg_level == SOL_SOCKET &&
	    header->cmsg_type == SCM_RIGHTS) {
		got = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
		memcpy(fds, CMSG_DATA(header), (size_t)got * sizeof(int));
	}
	if (n == sizeof(error) && error == 0 && got == 1 &&
	    !(message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
		return fds[0];
	for (int i = 0; i < got; i++)
		close(fds[i]);
	if (n == 0 && got == 0 && !(message.msg_flags & MSG_CTRUNC))
		errno = ECONNRESET;
	else if (n == sizeof(error) && error > 0 && got == 0 &&
		 !(message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
		errno = error;
	else
		errno = EBADMSG;
	return -1;
	// STUB (void)sock;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 1
}
