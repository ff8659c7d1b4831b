/*
 * Reading a process from outside: files of /proc, its memory, and a copy of
 * one of its descriptors. A process may vanish at any time, or lie in its
 * own memory: every function here says whether it got what it wanted.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "world.h"

/*
 * Reads a whole (small) file into `buf` as a string; the path is given as
 * for printf. False when it cannot be read.
 */
bool
why_slurp(char *buf, size_t size, const char *format, ...)
{
	char path[PATH_MAX];
	va_list ap;

	buf[0] = '\0';
	va_start(ap, format);
	vsnprintf(path, sizeof path, format, ap);
	va_end(ap);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd == -1)
		return false;
	size_t used = 0;
	ssize_t n;
	while ((n = read(fd, buf + used, size - 1 - used)) > 0)
		used += n;
	close(fd);
	buf[used] = '\0';
	return n != -1;
}

/*
 * Finds the line "key value" in the text of a /proc file. The key must stand
 * at the start of a line: names inside the file cannot forge it, because the
 * kernel escapes newlines in them.
 */
bool
why_field(const char *text, const char *key, int base, uint64_t *value)
{
	size_t length = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, length) == 0) {
			*value = strtoull(line + length, NULL, base);
			return true;
		}
	}
	return false;
}

bool
why_peek(pid_t pid, unsigned long address, void *buf, size_t size)
{
	struct iovec here = { buf, size };
	struct iovec there = { (void *)address, size };

	return process_vm_readv(pid, &here, 1, &there, 1, 0) == (ssize_t)size;
}

/* A string, cut to fit. It may end just before memory that is not mapped. */
bool
why_peek_string(pid_t pid, unsigned long address, char *buf, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (!why_peek(pid, address + i, buf + i, 1))
			return false;
		if (buf[i] == '\0')
			return true;
	}
	buf[size - 1] = '\0';
	return true;
}

/*
 * A copy of descriptor `fd` of the process, or -1. It is the same open file,
 * so it must only be asked (getsockopt, FIONREAD), never read, and closed at
 * once: as long as it is open, it is one more holder.
 */
int
why_borrow(pid_t pid, int fd)
{
	int pidfd = syscall(SYS_pidfd_open, pid, 0);
	if (pidfd == -1)
		return -1;
	int copy = syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	close(pidfd);
	return copy;
}

static void *
close_it(void *copy)
{
	close(*(int *)copy);
	free(copy);
	return NULL;
}

/*
 * Closes what why_borrow returned. If the process has ended meanwhile, that is the
 * last copy, and whoever closes the last copy of a socket with SO_LINGER sleeps
 * (socket(7)): that is a thread's work, which the end of the supervisor ends.
 */
void
why_give_back(int copy)
{
	struct linger linger = { 0 };
	socklen_t size = sizeof(linger);
	int *number;
	pthread_t thread;

	if (getsockopt(copy, SOL_SOCKET, SO_LINGER, &linger, &size) == -1 ||
	    !linger.l_onoff || (number = malloc(sizeof(*number))) == NULL) {
		close(copy);
		return;
	}
	*number = copy;
	if (pthread_create(&thread, NULL, close_it, number) == 0)
		pthread_detach(thread);
	else
		free(number); /* it stays open until the end */
}

/*
 * A counter of /proc/PID/io, such as "wchar:": what the process has transferred
 * by read, write and the like since fork. False where the kernel keeps none.
 */
bool
why_io(pid_t pid, const char *key, uint64_t *value)
{
	char text[512];

	return why_slurp(text, sizeof text, "/proc/%d/io", pid) &&
	       why_field(text, key, 10, value);
}

/* How many bytes a read of this descriptor would find; -1: not known. */
int
why_unread(pid_t pid, int fd)
{
	int bytes = -1, copy = why_borrow(pid, fd);

	if (copy == -1)
		return -1;
	if (ioctl(copy, FIONREAD, &bytes) == -1)
		bytes = -1;
	why_give_back(copy);
	return bytes;
}

/*
 * When the file was made, in seconds since 1970 (where the file system does not
 * keep that, when it was changed last); 0 if there is none.
 */
double
why_made(const char *path)
{
	struct statx s;

	if (statx(AT_FDCWD, path, 0, STATX_BTIME | STATX_MTIME, &s) == -1)
		return 0;
	if (s.stx_mask & STATX_BTIME)
		return (double)s.stx_btime.tv_sec + s.stx_btime.tv_nsec / 1e9;
	return (double)s.stx_mtime.tv_sec + s.stx_mtime.tv_nsec / 1e9;
}

/* When a process began, by the same clock, to a hundredth of a second. */
double
why_began(const struct why_process *p)
{
	struct timespec now, up;

	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &up);
	return (double)(now.tv_sec - up.tv_sec) +
	       (double)(now.tv_nsec - up.tv_nsec) / 1e9 +
	       (double)p->started / (double)sysconf(_SC_CLK_TCK);
}
