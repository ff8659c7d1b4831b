// Room for many descriptors, and a walk over all control messages.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "vault.h"

#define MANY 16

int
give(int sock, int error, int fd)
{
	_Alignas(struct cmsghdr) char room[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec part = { &error, sizeof(int) };
	struct msghdr m = { 0 };
	int result = 0;

	m.msg_iov = &part;
	m.msg_iovlen = 1;
	if (fd >= 0) {
		struct cmsghdr *c;

		m.msg_control = room;
		m.msg_controllen = sizeof(room);
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		*(int *)(void *)CMSG_DATA(c) = fd;
		m.msg_controllen = c->cmsg_len;
	}
	while (sendmsg(sock, &m, MSG_NOSIGNAL) == -1)
		if (errno != EINTR) {
			result = errno;
			break;
		}
	if (fd >= 0)
		close(fd);
	errno = result;
	return result ? -1 : 0;
}

int
take(int sock)
{
	_Alignas(struct cmsghdr) char room[CMSG_SPACE(MANY * sizeof(int))];
	char bytes[sizeof(int) + 1];
	struct iovec part = { bytes, sizeof(bytes) };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1 };
	int first = -1, error = 0, count = 0;
	ssize_t n;
	bool good;

	do {
		m.msg_control = room;
		m.msg_controllen = sizeof(room);
		n = recvmsg(sock, &m, 0);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -1;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
		size_t in = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < in; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
			if (count++ == 0)
				first = fd;
			else
				close(fd);
		}
	}
	good = n == sizeof(int) && !(m.msg_flags & MSG_CTRUNC);
	if (good)
		memcpy(&error, bytes, sizeof(error));
	if (good && error == 0 && count == 1 &&
	    fcntl(first, F_SETFD, FD_CLOEXEC) == 0)
		return first;
	if (first != -1)
		close(first);
	errno = n == 0 && count == 0 && !(m.msg_flags & MSG_CTRUNC) ? ECONNRESET
		: good && error > 0 && count == 0		    ? error
								    : EBADMSG;
	return -1;
}
