/*
 * Sends one message over a socket that keeps the boundaries between messages: a
 * header, the data, and descriptors as ancillary data (SCM_RIGHTS).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "internal.h"

struct packed { // what sendmsg(2) is given
	struct msghdr msg;
	struct iovec iov[2];
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(FDS_MAX * sizeof(int))];
	} control;
};

/*
 * Gap 1: prepare `p` so that one sendmsg(2) of p->msg sends the header of `m`,
 * then its m->head.size bytes of data, unless they are IN_MEMORY; and with them
 * the m->n_got descriptors in m->fds, followed by m->memory if that is not -1.
 * All of `p` is uninitialised.
 *
 * Returns 0; or -1 with errno EINVAL if there are more than FDS_MAX
 * descriptors, the memory included.
 * Trap: a message without descriptors has no control data at all; and with
 * some, the length of the control data is not the size of the buffer.
 */
static int
pack(struct packed *p, struct message *m)
{
	// TODO 1
	(void)p;
	(void)m;
	errno = ENOSYS;
	return -1;
}

/*
 * Sends `m` with the m->n_got descriptors in m->fds; `flags` are those of
 * send(2). Returns 0, or -1 with errno: EPIPE or ECONNRESET if the other side
 * is closed, EBADF if a descriptor is not open, EFAULT, EINTR.
 */
int
message_send(int sock, struct message *m, int flags)
{
	struct packed p;
	ssize_t sent;

	m->head.n_fds = (uint16_t)m->n_got;
	if (pack(&p, m) == -1)
		return -1;
	flags |= MSG_NOSIGNAL;
	// send(2) does the same for a message in one piece, and is faster.
	if (p.msg.msg_control == NULL && p.msg.msg_iovlen == 1)
		sent = send(sock, p.msg.msg_iov->iov_base,
			    p.msg.msg_iov->iov_len, flags);
	else
		sent = sendmsg(sock, &p.msg, flags);
	return sent == -1 ? -1 : 0;
}
