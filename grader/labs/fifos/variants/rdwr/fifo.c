/*
 * The client's side of a FIFO that a server reads: for logit and ask.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fifo.h"

/*
 * Gap 2: open the FIFO `path`, which a server reads, for writing.
 *
 * Returns a descriptor whose writes wait while the FIFO is full. Never waits
 * itself: if nobody has the FIFO open for reading, says "PATH: no server reads
 * it" and ends with 1; likewise "PATH: not a FIFO" if it is something else, to
 * which not a byte is written, and "PATH: REASON" if a call fails.
 * Trap: what keeps open(2) from waiting keeps other calls from it, too.
 */
int
open_server(const char *path)
{
	struct stat s;

	if (stat(path, &s) == -1)
		err(1, "%s", path);
	if (!S_ISFIFO(s.st_mode))
		errx(1, "%s: not a FIFO", path);
	int fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		errx(1, "%s: %s", path,
		     errno == ENXIO ? "no server reads it" : strerror(errno));
	return fd;
}

/*
 * Gap 2, too: write the `len` bytes of `record` into the FIFO `fd`.
 *
 * They go in whole, with nobody else's bytes between them, or not at all.
 * Returns 0, or -1 with errno set: EMSGSIZE if they are too many for that.
 * Traps: the kernel keeps together what comes in one write(2), up to a limit;
 * and a write that a signal interrupts has written nothing.
 */
int
send_record(int fd, const char *record, size_t len)
{
	struct pollfd out = { .fd = fd, .events = POLLOUT };

	if (len > PIPE_BUF) {
		errno = EMSGSIZE;
		return -1;
	}
	for (;;) {
		if (write(fd, record, len) != -1)
			return 0;
		if (errno == EAGAIN)
			poll(&out, 1, -1);
		else if (errno != EINTR)
			return -1;
	}
}
