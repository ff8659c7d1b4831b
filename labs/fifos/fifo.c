/*
 * The client's side of a FIFO that a server reads: for logit and ask.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
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
	// TODO 2
	errx(1, "%s: gap 2 is not filled in", path);
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
	// TODO 2
	(void)fd;
	(void)record;
	(void)len;
	errno = ENOSYS;
	return -1;
}
