// sendmmsg and recvmmsg: each message is a batch of one.
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vault.h"

int
give(int sock, int error, int fd)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec data = { .iov_base = &error, .iov_len = sizeof(error) };
	struct mmsghdr batch = { .msg_hdr = { .msg_iov = &data,
					      .msg_iovlen = 1 } };
	int sent;
	int saved;

	if (fd != -1) {
		struct cmsghdr *header = &control.align;

		memset(&control, 0, sizeof(control));
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(header), &fd, sizeof(fd));
		batch.msg_hdr.msg_control = control.bytes;
		batch.msg_hdr.msg_controllen = sizeof(control.bytes);
	}
	do
		sent = sendmmsg(sock, &batch, 1, MSG_NOSIGNAL);
	while (sent == -1 && errno == EINTR);
	saved = errno;
	if (fd != -1)
		close(fd);
	errno = saved;
	return sent == 1 ? 0 : -1;
}

int
take(int sock)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	int error = 0, fds[2], got = 0;
	struct iovec data = { .iov_base = &error, .iov_len = sizeof(error) };
	struct mmsghdr batch = { .msg_hdr = { .msg_iov = &data,
					      .msg_iovlen = 1,
					      .msg_control = control.bytes,
					      .msg_controllen =
						  sizeof(control.bytes) } };
	struct cmsghdr *header;
	int received;
	size_t n;

	do
		received = recvmmsg(sock, &batch, 1, MSG_CMSG_CLOEXEC, NULL);
	while (received == -1 && errno == EINTR);
	if (received != 1)
		return -1;
	n = batch.msg_len;

	// CMSG_SPACE rounds up: where a long has 8 bytes, two may have come.
	header = CMSG_FIRSTHDR(&batch.msg_hdr);
	if (header != NULL && header->cmsg_level == SOL_SOCKET &&
	    header->cmsg_type == SCM_RIGHTS) {
		got = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
		memcpy(fds, CMSG_DATA(header), (size_t)got * sizeof(int));
	}
	if (n == sizeof(error) && error == 0 && got == 1 &&
	    !(batch.msg_hdr.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
		return fds[0];
	for (int i = 0; i < got; i++)
		close(fds[i]);
	if (n == 0 && got == 0 && !(batch.msg_hdr.msg_flags & MSG_CTRUNC))
		errno = ECONNRESET;
	else if (n == sizeof(error) && error > 0 && got == 0 &&
		 !(batch.msg_hdr.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
		errno = error;
	else
		errno = EBADMSG;
	return -1;
}
