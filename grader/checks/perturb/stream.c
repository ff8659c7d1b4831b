/*
 * perturb, streams: what short reads and short writes have in common.
 *
 * Only the order of the bytes is promised on a stream. Datagrams and sequenced
 * packets have bounds, files and terminals have their own rules: these are left
 * alone. With edge-triggered epoll a program may take a short count as "nothing
 * left", see epoll(7): so are such descriptors.
 */
#define _GNU_SOURCE
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Cuts that always happen; later ones are rare, so that long transfers end. */
enum { CUTS_ALWAYS = 1000, CUTS_LATER = 16 };
/* Half of the cuts leave less than this. */
enum { CRUMB = 16 };

static bool edge_triggered[FD_SETSIZE];
static unsigned cuts;

enum stream
perturb_stream(int fd)
{
	struct stat status;
	int type;
	socklen_t size = sizeof(type);

	if (fd < 0 || (fd < FD_SETSIZE && edge_triggered[fd]) ||
	    note_syscall(SYS_fstat, fd, &status) == -1)
		return OTHER;
	if (S_ISFIFO(status.st_mode)) {
		long flags = note_syscall(SYS_fcntl, fd, F_GETFL);

		return flags == -1 || (flags & O_DIRECT) ? OTHER : PIPE;
	}
	if (S_ISSOCK(status.st_mode) &&
	    note_syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_TYPE, &type,
			 &size) == 0 &&
	    type == SOCK_STREAM)
		return SOCKET;
	return OTHER;
}

size_t
perturb_piece(size_t size)
{
	size_t most = size - 1;

	if (most > CRUMB && perturb_random(2) == 0)
		most = CRUMB;
	return 1 + perturb_random(most);
}

bool
perturb_cut_now(void)
{
	return cuts++ < CUTS_ALWAYS || perturb_random(CUTS_LATER) == 0;
}

bool
perturb_fails(int fd)
{
	if (!perturb_interrupted(fd))
		return false;
	errno = EINTR;
	return true;
}

size_t
perturb_total(const struct iovec *v, long count)
{
	size_t total = 0;

	if (count > IOV_MAX)
		return 0; /* the call will fail */
	for (long i = 0; i < count; i++)
		total += v[i].iov_len;
	return total;
}

struct iovec
perturb_first(const struct iovec *v, size_t size)
{
	struct iovec piece;

	while (v->iov_len == 0)
		v++;
	piece = *v;
	if (piece.iov_len > size)
		piece.iov_len = size;
	return piece;
}

EXPORT int
epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event)
{
	DECLARE_NEXT(epoll_ctl);
	if (operation != EPOLL_CTL_DEL && fd >= 0 && fd < FD_SETSIZE)
		edge_triggered[fd] = (event->events & EPOLLET) != 0;
	return next(epoll, operation, fd, event);
}

/* The number may stand for another file now. */
EXPORT int
close(int fd)
{
	DECLARE_NEXT(close);
	if (fd >= 0 && fd < FD_SETSIZE)
		edge_triggered[fd] = false;
	return next(fd);
}
