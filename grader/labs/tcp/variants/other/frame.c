/* A struct for the header, sendmsg, one exit from each function. */
#include <endian.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "tcp.h"

struct header {
	uint32_t length;
};

int
put_frame(struct peer *p, const char *text, size_t length)
{
	struct header h = { htobe32((uint32_t)length) };
	size_t all = sizeof(h) + length;
	int result = -1;

	if (length > TEXT_MAX) {
		errno = EMSGSIZE;
	} else if (p->queued + all > QUEUE_MAX) {
		errno = ENOBUFS;
	} else {
		memcpy(p->out + p->queued, &h, sizeof(h));
		if (length > 0)
			memcpy(p->out + p->queued + sizeof(h), text, length);
		p->queued += all;
		result = 0;
	}
	return result;
}

int
take_frame(struct peer *p, const char **text, size_t *length)
{
	struct header h;
	size_t here = p->end - p->begin;
	int result = 0;

	if (here >= sizeof(h)) {
		memcpy(&h, &p->in[p->begin], sizeof(h));
		h.length = be32toh(h.length);
		if (h.length > TEXT_MAX) {
			errno = EMSGSIZE;
			result = -1;
		} else if (here - sizeof(h) >= h.length) {
			*text = &p->in[p->begin + sizeof(h)];
			*length = h.length;
			p->begin += sizeof(h) + h.length;
			result = 1;
		}
	}
	return result;
}

int
receive(struct peer *p)
{
	struct iovec at;
	struct msghdr m = { .msg_iov = &at, .msg_iovlen = 1 };
	ssize_t n;

	p->end -= p->begin;
	memmove(p->in, p->in + p->begin, p->end);
	p->begin = 0;
	at.iov_base = p->in + p->end;
	at.iov_len = FRAME_MAX - p->end;
	n = recvmsg(p->fd, &m, MSG_DONTWAIT);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n == -1)
		return -1;
	if (n == 0) {
		p->input_over = 1;
		if (p->end != 0) {
			errno = EPROTO;
			return -1;
		}
	}
	p->end += (size_t)n;
	return 0;
}

int
send_queued(struct peer *p)
{
	int result = 0;

	while (p->queued != 0) {
		struct iovec what = { p->out, p->queued };
		struct msghdr m = { .msg_iov = &what, .msg_iovlen = 1 };
		ssize_t n = sendmsg(p->fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n == -1) {
			if (errno == EINTR)
				continue;
			if (errno != EWOULDBLOCK && errno != EAGAIN)
				result = -1;
			break;
		}
		p->queued -= (size_t)n;
		memmove(p->out, p->out + n, p->queued);
	}
	if (result == 0 && p->queued == 0 && p->last_queued &&
	    !p->output_over) {
		result = shutdown(p->fd, SHUT_WR);
		p->output_over = result == 0;
	}
	return result;
}
