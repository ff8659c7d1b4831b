/* Numbers by shifts, write instead of send, SIGPIPE ignored. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tcp.h"

int
put_frame(struct peer *p, const char *text, size_t length)
{
	size_t room = sizeof(p->out) - p->queued;

	if (length > TEXT_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	if (room < HEADER || room - HEADER < length) {
		errno = ENOBUFS;
		return -1;
	}
	for (int shift = 24; shift >= 0; shift -= 8)
		p->out[p->queued++] = (char)(length >> shift & 0xff);
	while (length-- > 0)
		p->out[p->queued++] = *text++;
	return 0;
}

int
take_frame(struct peer *p, const char **text, size_t *length)
{
	const unsigned char *at = (const unsigned char *)p->in + p->begin;
	size_t said = 0, here = p->end - p->begin;

	if (here < 4)
		return 0;
	for (int i = 0; i < 4; i++)
		said = said << 8 | at[i];
	if (said > TEXT_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	if (here < 4 + said)
		return 0;
	*length = said;
	*text = (const char *)at + 4;
	p->begin += 4 + said;
	return 1;
}

int
receive(struct peer *p)
{
	ssize_t n;

	if (p->begin > 0) {
		memmove(p->in, p->in + p->begin, p->end - p->begin);
		p->end -= p->begin;
		p->begin = 0;
	}
	n = recv(p->fd, p->in + p->end, sizeof(p->in) - p->end, MSG_DONTWAIT);
	if (n > 0) {
		p->end += (size_t)n;
		return 0;
	}
	if (n == -1)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	p->input_over = 1;
	if (p->end == 0)
		return 0;
	errno = EPROTO;
	return -1;
}

int
send_queued(struct peer *p)
{
	ssize_t n = 0;

	signal(SIGPIPE, SIG_IGN);
	fcntl(p->fd, F_SETFL, fcntl(p->fd, F_GETFL) | O_NONBLOCK);
	if (p->queued > 0) {
		n = write(p->fd, p->out, p->queued);
		if (n == -1)
			return errno == EAGAIN || errno == EINTR ? 0 : -1;
		p->queued -= (size_t)n;
		memmove(p->out, p->out + n, p->queued);
	}
	if (p->queued == 0 && p->last_queued && !p->output_over) {
		if (shutdown(p->fd, SHUT_WR) == -1)
			return -1;
		p->output_over = 1;
	}
	return 0;
}
