/*
 * perturb, other calls that wait: they fail with EINTR, see
 * perturb_interrupted. Not connect: after a real EINTR the connection is still
 * being made, which cannot be imitated.
 */
#define _GNU_SOURCE
#include "perturb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static bool
fail_interrupted(bool waits, int fd)
{
	if (!waits || !perturb_interrupted(fd))
		return false;
	errno = EINTR;
	return true;
}

EXPORT pid_t
wait(int *status)
{
	DECLARE_NEXT(wait);
	if (fail_interrupted(true, -1))
		return -1;
	return next(status);
}

EXPORT pid_t
waitpid(pid_t pid, int *status, int options)
{
	DECLARE_NEXT(waitpid);
	if (fail_interrupted(!(options & WNOHANG), -1))
		return -1;
	return next(pid, status, options);
}

EXPORT int
waitid(idtype_t type, id_t id, siginfo_t *info, int options)
{
	DECLARE_NEXT(waitid);
	if (fail_interrupted(!(options & WNOHANG), -1))
		return -1;
	return next(type, id, info, options);
}

EXPORT int
accept(int fd, struct sockaddr *restrict address, socklen_t *restrict length)
{
	DECLARE_NEXT(accept);
	if (fail_interrupted(true, fd))
		return -1;
	return next(fd, address, length);
}

EXPORT int
accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict length,
	int flags)
{
	DECLARE_NEXT(accept4);
	if (fail_interrupted(true, fd))
		return -1;
	return next(fd, address, length, flags);
}

EXPORT int
epoll_wait(int fd, struct epoll_event *events, int count, int milliseconds)
{
	DECLARE_NEXT(epoll_wait);
	if (fail_interrupted(milliseconds != 0, -1))
		return -1;
	return next(fd, events, count, milliseconds);
}

/* Only the open of a FIFO waits. */
static bool
open_waits(const char *path, int flags)
{
	struct stat status;
	int saved = errno;
	bool fifo;

	if (!perturb_on(INTERRUPT) || (flags & (O_NONBLOCK | O_PATH)))
		return false;
	fifo = stat(path, &status) == 0 && S_ISFIFO(status.st_mode);
	errno = saved;
	return fifo;
}

EXPORT int
open(const char *path, int flags, ...)
{
	va_list arguments;
	mode_t mode = 0;

	DECLARE_NEXT(open);
	if (__OPEN_NEEDS_MODE(flags)) {
		va_start(arguments, flags);
		mode = va_arg(arguments, mode_t);
		va_end(arguments);
	}
	if (fail_interrupted(open_waits(path, flags), -1))
		return -1;
	return next(path, flags, mode);
}
