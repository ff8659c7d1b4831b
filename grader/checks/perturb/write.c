/*
 * perturb, short writes: a write to a stream may be partial if the descriptor is
 * non-blocking and the buffer fills up, or if a handler runs when part of the
 * data is written (with SA_RESTART or not). Never a piece of PIPE_BUF bytes or
 * less to a pipe.
 */
#define _GNU_SOURCE
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* True if a write to `fd` may be partial, see above. */
static bool
may_be_partial(int fd, int flags)
{
	long mode = note_syscall(SYS_fcntl, fd, F_GETFL);
	struct handlers handlers;

	if ((flags & MSG_DONTWAIT) || (mode != -1 && (mode & O_NONBLOCK)))
		return true;
	handlers = perturb_handlers();
	return handlers.restarting || handlers.interrupting;
}

/* How many of `size` bytes a write to `fd` is to offer. */
static size_t
write_size(int fd, size_t size, int flags)
{
	int saved = errno;
	enum stream stream;

	if (!perturb_on(SHORTWRITE) || size < 2)
		return size;
	stream = perturb_stream(fd);
	if (stream != OTHER && !(stream == PIPE && size <= PIPE_BUF) &&
	    may_be_partial(fd, flags) && perturb_cut_now())
		size = perturb_piece(size);
	errno = saved;
	return size;
}

EXPORT ssize_t
write(int fd, const void *buffer, size_t size)
{
	DECLARE_NEXT(write);
	if (perturb_fails(fd))
		return -1;
	return next(fd, buffer, write_size(fd, size, 0));
}

EXPORT ssize_t
writev(int fd, const struct iovec *v, int count)
{
	size_t total = perturb_total(v, count);
	size_t size = write_size(fd, total, 0);
	struct iovec piece;

	DECLARE_NEXT(writev);
	if (perturb_fails(fd))
		return -1;
	if (size == total)
		return next(fd, v, count);
	piece = perturb_first(v, size);
	return next(fd, &piece, 1);
}

EXPORT ssize_t
send(int fd, const void *buffer, size_t size, int flags)
{
	DECLARE_NEXT(send);
	if (perturb_fails(fd))
		return -1;
	return next(fd, buffer, write_size(fd, size, flags), flags);
}

EXPORT ssize_t
sendmsg(int fd, const struct msghdr *message, int flags)
{
	size_t total = perturb_total(message->msg_iov, message->msg_iovlen);
	size_t size = write_size(fd, total, flags);
	struct msghdr less = *message;
	struct iovec piece;

	DECLARE_NEXT(sendmsg);
	if (perturb_fails(fd))
		return -1;
	if (size == total)
		return next(fd, message, flags);
	piece = perturb_first(message->msg_iov, size);
	less.msg_iov = &piece;
	less.msg_iovlen = 1;
	return next(fd, &less, flags);
}
