/*
 * Receives messages, which a hostile process may have sent: whatever does not
 * agree with the message's header is dropped.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "library.h"

struct packed { // what recvmsg(2) is given
	struct msghdr msg;
	struct iovec iov[2];
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(FDS_MAX * sizeof(int))];
	} control;
};

// Sends up to FDS_MAX descriptors of `m`, as MORE_FDS. Returns as message_send.
static int
send_some(int sock, struct message *m)
{
	struct message more = { .head = { .kind = MORE_FDS },
				.memory = -1,
				.fds = m->fds,
				.n_got = m->n_got };

	if (more.n_got > FDS_MAX)
		more.n_got = FDS_MAX;
	m->fds += more.n_got;
	m->n_got -= more.n_got;
	m->head.n_more++;
	return message_send(sock, &more, MSG_DONTWAIT);
}

/*
 * Sends the descriptors of `m` that do not fit into one message, and leaves the
 * rest in `m`, which is to be sent next. Returns as message_send.
 */
int
message_send_more(int sock, struct message *m)
{
	while (m->n_got > FDS_MAX - 1) {
		if (send_some(sock, m) == -1)
			return -1;
	}
	return 0;
}

// Sends all descriptors of `m`, which is to be sent next. Returns as
// message_send.
int
message_send_ahead(int sock, struct message *m)
{
	while (m->n_got > 0) {
		if (send_some(sock, m) == -1)
			return -1;
	}
	return 0;
}

// Keeps the `n` descriptors of a message. Returns 0, or -1 with errno ENOMEM.
static int
keep_fds(struct message *m, const unsigned char *from, uint32_t n)
{
	if (m->n_got + n > m->n_space) {
		uint32_t space = 2 * m->n_space + n;
		int *fds = realloc(m->fds, space * sizeof(int));

		if (fds == NULL)
			return -1;
		m->fds = fds;
		m->n_space = space;
	}
	memcpy(m->fds + m->n_got, from, n * sizeof(int));
	m->n_got += n;
	return 0;
}

static int
unpack(struct packed *p, struct message *m)
{
	struct cmsghdr *cmsg;

	for (cmsg = CMSG_FIRSTHDR(&p->msg); cmsg != NULL;
	     cmsg = CMSG_NXTHDR(&p->msg, cmsg)) {
		if (cmsg->cmsg_level != SOL_SOCKET ||
		    cmsg->cmsg_type != SCM_RIGHTS)
			continue;
		if (keep_fds(m, CMSG_DATA(cmsg),
			     (uint32_t)((cmsg->cmsg_len - CMSG_LEN(0)) /
					sizeof(int))) == -1)
			return -1;
	}
	if (p->msg.msg_flags & MSG_CTRUNC)
		m->lost = true;
	return 0;
}

// Are `bytes` and `fds`, what has arrived, what the header announces? The
// sender may be hostile.
static bool
is_consistent(struct message *m, size_t bytes, uint32_t fds)
{
	bool in_memory = m->head.flags & IN_MEMORY;

	if (bytes < sizeof(m->head) ||
	    bytes - sizeof(m->head) != (in_memory ? 0 : m->head.size))
		return false;
	if (m->lost)
		return true;
	if (fds != (uint32_t)m->head.n_fds + in_memory)
		return false;
	if (in_memory)
		m->memory = m->fds[--m->n_got];
	return true;
}

/*
 * Receives one message. The caller has set m->data to INLINE_MAX bytes, and
 * m->fds to NULL, or to descriptors to which those of the message are added.
 * `flags` are those of recvmsg(2).
 *
 * Returns 1, or 0 if the other side is closed, or -1 with errno: EPROTO if the
 * message is not consistent, EINTR. m->lost: descriptors were lost because this
 * process may have no more. Ends with message_drop.
 */
int
message_receive(int sock, struct message *m, int flags)
{
	uint32_t before = m->n_got;
	struct packed p;
	ssize_t n;

	p.iov[0] = (struct iovec){ &m->head, sizeof(m->head) };
	p.iov[1] = (struct iovec){ m->data, INLINE_MAX };
	p.msg = (struct msghdr){ .msg_iov = p.iov,
				 .msg_iovlen = 2,
				 .msg_control = p.control.bytes,
				 .msg_controllen = sizeof(p.control) };
	m->memory = -1;
	n = recvmsg(sock, &p.msg, flags);
	if (n <= 0)
		return (int)n;
	if (unpack(&p, m) == -1)
		return -1;
	if ((p.msg.msg_flags & MSG_TRUNC) ||
	    !is_consistent(m, (size_t)n, m->n_got - before)) {
		errno = EPROTO;
		return -1;
	}
	return 1;
}

/*
 * Receives what m->head.n_more says was sent over `sock` before `m`; its
 * descriptors come before those of `m`. Returns as message_receive.
 */
int
message_receive_more(int sock, struct message *m, int flags)
{
	char data[INLINE_MAX];
	struct message more = { .data = data, .memory = -1 };
	uint32_t own = m->n_got;
	int got = 1;

	for (unsigned i = 0; got == 1 && i < m->head.n_more; i++) {
		got = message_receive(sock, &more, flags);
		if (got == 1 && more.head.kind != MORE_FDS) {
			errno = EPROTO;
			got = -1;
		}
	}
	m->lost |= more.lost;
	if (got == 1 && own > 0 &&
	    keep_fds(&more, (unsigned char *)m->fds, own) == -1)
		got = -1;
	if (got != 1) {
		message_drop(&more);
		return got;
	}
	free(m->fds);
	m->fds = more.fds;
	m->n_got = more.n_got;
	m->n_space = more.n_space;
	return 1;
}

void
message_drop(struct message *m)
{
	for (uint32_t i = 0; i < m->n_got; i++)
		close(m->fds[i]);
	if (m->memory != -1)
		close(m->memory);
	free(m->fds);
	m->fds = NULL;
	m->n_got = m->n_space = 0;
	m->memory = -1;
}
