/*
 * perturb, other calls that wait: they fail with EINTR, see
 * perturb_interrupted. Not connect: after a real EINTR the connection is still
 * being made, which cannot be imitated.
 *
 * And what is told of a child that a signal has ended: whether it left a core
 * file is up to the system, its limits, and the folder.
 */
#define _GNU_SOURCE
#include "perturb.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/resource.h>
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

/* The bit that WCOREDUMP asks for; POSIX has had it since 2024. */
enum { CORE_BIT = 0x80 };

static bool
may_leave_core(int signal)
{
	return signal == SIGABRT || signal == SIGQUIT || signal == SIGSEGV ||
	       signal == SIGILL || signal == SIGFPE || signal == SIGBUS ||
	       signal == SIGTRAP || signal == SIGSYS;
}

/* With CORE: the child that wait returned has left a core file. Returns pid. */
static pid_t
leave_core(pid_t pid, int *status)
{
	if (pid > 0 && status != NULL && perturb_on(CORE) &&
	    WIFSIGNALED(*status) && may_leave_core(WTERMSIG(*status)))
		*status |= CORE_BIT;
	return pid;
}

EXPORT pid_t
wait(int *status)
{
	DECLARE_NEXT(wait);
	if (fail_interrupted(true, -1))
		return -1;
	return leave_core(next(status), status);
}

EXPORT pid_t
waitpid(pid_t pid, int *status, int options)
{
	DECLARE_NEXT(waitpid);
	if (fail_interrupted(!(options & WNOHANG), -1))
		return -1;
	return leave_core(next(pid, status, options), status);
}

EXPORT pid_t
wait3(int *status, int options, struct rusage *usage)
{
	DECLARE_NEXT(wait3);
	if (fail_interrupted(!(options & WNOHANG), -1))
		return -1;
	return leave_core(next(status, options, usage), status);
}

EXPORT pid_t
wait4(pid_t pid, int *status, int options, struct rusage *usage)
{
	DECLARE_NEXT(wait4);
	if (fail_interrupted(!(options & WNOHANG), -1))
		return -1;
	return leave_core(next(pid, status, options, usage), status);
}

EXPORT int
waitid(idtype_t type, id_t id, siginfo_t *info, int options)
{
	DECLARE_NEXT(waitid);
	if (fail_interrupted(!(options & WNOHANG), -1))
		return -1;
	int result = next(type, id, info, options);
	if (result == 0 && info != NULL && perturb_on(CORE) &&
	    info->si_signo == SIGCHLD && info->si_code == CLD_KILLED &&
	    may_leave_core(info->si_status))
		info->si_code = CLD_DUMPED;
	return result;
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
