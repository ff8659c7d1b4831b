/*
 * frame: messages on a connection that knows only bytes.
 *
 * A frame is the length of its text, 4 bytes in network byte order, and the text.
 *
 * Look at: what is kept when a call does less than it was asked for.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "tcp.h"

/*
 * Gap 1: queue a frame, behind what is queued already.
 *
 * Returns 0; or -1, with errno EMSGSIZE if the text has more than TEXT_MAX bytes,
 * else ENOBUFS if the queue has no room for the whole frame: then nothing is queued.
 * Trap: not every machine keeps a number as this one does.
 */
int
put_frame(struct peer *p, const char *text, size_t length)
{
	// TODO 1
	(void)p;
	(void)text;
	(void)length;
	errno = ENOSYS;
	return -1;
}

/*
 * Gap 1: take the next frame out of what has come.
 *
 * Returns 1, and sets *text (it is in p->in) and *length; or 0 if no frame has come
 * whole, and takes nothing; or -1 with errno EMSGSIZE, as soon as a frame says that
 * its text has more than TEXT_MAX bytes.
 * Traps: a part may have come, or many; and whoever sends may lie.
 */
int
take_frame(struct peer *p, const char **text, size_t *length)
{
	// TODO 1
	(void)p;
	(void)text;
	(void)length;
	errno = ENOSYS;
	return -1;
}

/*
 * Receives once, without waiting. Every whole frame must have been taken before.
 *
 * At the end sets input_over. Returns 0, or -1 with errno set: EPROTO if the end
 * comes within a frame.
 */
int
receive(struct peer *p)
{
	size_t here = p->end - p->begin;
	ssize_t n;

	memmove(p->in, p->in + p->begin, here);
	p->begin = 0;
	p->end = here;
	n = recv(p->fd, p->in + here, FRAME_MAX - here, MSG_DONTWAIT);
	if (n == -1)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	p->end += (size_t)n;
	p->input_over = n == 0;
	if (n == 0 && here > 0) {
		errno = EPROTO;
		return -1;
	}
	return 0;
}

/*
 * Gap 3: send what is queued, as much as the kernel takes without waiting.
 *
 * (One send, or several.) The rest stays queued. If nothing does, and last_queued is
 * set, ends our direction (once), and sets output_over. Returns 0; or -1 with errno
 * set: then output_over may be either, and it is not called again for this peer.
 * Traps: a send may take a part, or nothing, or kill; and the other direction goes on.
 */
int
send_queued(struct peer *p)
{
	// TODO 3
	(void)p;
	errno = ENOSYS;
	return -1;
}
