/*
 * perturb, short reads: a read from a stream may return less than was asked for
 * and less than was written. Not with MSG_WAITALL or MSG_PEEK.
 *
 * Pipes have one promise more: pieces of PIPE_BUF bytes or less are written
 * whole. Several readers may share such a pipe if each reads a whole piece, and
 * a short read would break them. So a small read from a pipe is cut only if
 * nobody else can read from it (and never with `keeprecords`).
 */
#define _GNU_SOURCE
#include "stream.h"

#include <errno.h>
#include <limits.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Each of these costs a look at all processes. */
enum { SMALL_CUTS_MAX = 64 };
/* With these a read returns all that was asked for, or looks only. */
enum { WHOLE = MSG_WAITALL | MSG_PEEK | MSG_OOB | MSG_ERRQUEUE };

static unsigned small_cuts;

/* True if a read of `size` bytes may break a promise that pipes give. */
static bool
keep_whole(int fd, enum stream stream, size_t size)
{
	if (stream != PIPE || size > PIPE_BUF)
		return false;
	return perturb_on(KEEPRECORDS) || small_cuts++ >= SMALL_CUTS_MAX ||
	       !perturb_sole_reader(fd);
}

/* How many of `size` bytes a read from `fd` is to ask for. */
static size_t
read_size(int fd, size_t size, int flags)
{
	int saved = errno;
	enum stream stream;
	int there = 0; /* bytes that wait to be read */

	if (!perturb_on(SHORTREAD) || size < 2 || (flags & WHOLE))
		return size;
	stream = perturb_stream(fd);
	if (stream != OTHER && !keep_whole(fd, stream, size) &&
	    perturb_cut_now() &&
	    note_syscall(SYS_ioctl, fd, FIONREAD, &there) == 0) {
		/*
		 * Empty: the read waits, then takes the first byte, so that it
		 * is short whatever comes.
		 */
		if (there < 2)
			size = 1;
		else
			size = perturb_piece(
			    (size_t)there < size ? (size_t)there : size);
	}
	errno = saved;
	return size;
}

EXPORT ssize_t
read(int fd, void *buffer, size_t size)
{
	DECLARE_NEXT(read);
	if (perturb_fails(fd))
		return -1;
	return next(fd, buffer, read_size(fd, size, 0));
}

EXPORT ssize_t
readv(int fd, const struct iovec *v, int count)
{
	size_t total = perturb_total(v, count);
	size_t size = read_size(fd, total, 0);
	struct iovec piece;

	DECLARE_NEXT(readv);
	if (perturb_fails(fd))
		return -1;
	if (size == total)
		return next(fd, v, count);
	piece = perturb_first(v, size);
	return next(fd, &piece, 1);
}

EXPORT ssize_t
recv(int fd, void *buffer, size_t size, int flags)
{
	DECLARE_NEXT(recv);
	if (perturb_fails(fd))
		return -1;
	return next(fd, buffer, read_size(fd, size, flags), flags);
}

EXPORT ssize_t
recvfrom(int fd, void *buffer, size_t size, int flags, struct sockaddr *address,
	 socklen_t *length)
{
	DECLARE_NEXT(recvfrom);
	if (perturb_fails(fd))
		return -1;
	return next(fd, buffer, read_size(fd, size, flags), flags, address,
		    length);
}

EXPORT ssize_t
recvmsg(int fd, struct msghdr *message, int flags)
{
	struct iovec *v = message->msg_iov;
	size_t count = message->msg_iovlen;
	size_t total = perturb_total(v, count);
	size_t size = read_size(fd, total, flags);
	struct iovec piece;
	ssize_t received;

	DECLARE_NEXT(recvmsg);
	if (perturb_fails(fd))
		return -1;
	if (size == total)
		return next(fd, message, flags);
	piece = perturb_first(v, size);
	message->msg_iov = &piece;
	message->msg_iovlen = 1;
	received = next(fd, message, flags);
	message->msg_iov = v;
	message->msg_iovlen = count;
	return received;
}
