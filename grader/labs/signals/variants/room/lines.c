/*
 * lines, where write_all waits for room before it writes: a piece of at most
 * PIPE_BUF bytes fits in then, and the write itself does not sleep.
 */
#define _GNU_SOURCE
#include "lines.h"
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define ROOM (1024 * 1024) /* for the longest line */

static char line[ROOM]; /* input that has not seen its newline yet */
static size_t used;	/* bytes of it; between two calls, less than ROOM */

/*
 * Gap 4: write all `len` bytes of `buf` to `fd`.
 *
 * Returns 0 when every byte is written, -1 with errno set otherwise.
 * Trap: a signal can cut write(2) short, before the first byte or after some.
 */
static int
write_all(int fd, const char *buf, size_t len)
{
	struct pollfd output = { .fd = fd, .events = POLLOUT };

	while (len > 0) {
		ssize_t n = -1;

		if (poll(&output, 1, -1) == 1)
			n = write(fd, buf, len < PIPE_BUF ? len : PIPE_BUF);
		if (n == -1 && errno != EINTR)
			return -1;
		if (n > 0) {
			buf += n;
			len -= n;
		}
	}
	return 0;
}

/* Writes the first `len` bytes of line, and keeps the rest. */
static void
echo(size_t len)
{
	if (write_all(STDOUT_FILENO, line, len) == -1)
		err(1, "standard output");
	used -= len;
	memmove(line, line + len, used);
}

void
end_line(void)
{
	if (used > 0) {
		line[used++] = '\n';
		echo(used);
	}
}

bool
copy_lines(void)
{
	ssize_t n = read(STDIN_FILENO, line + used, ROOM - used);
	const char *newline;

	if (n == -1) {
		if (errno == EINTR)
			return true; /* nothing is read: nothing is lost */
		err(1, "standard input");
	}
	if (n == 0) {
		end_line();
		return false;
	}
	used += n;
	newline = memrchr(line, '\n', used);
	if (newline != NULL)
		echo(newline + 1 - line);
	else if (used == ROOM)
		errx(1, "a line of more than %d bytes", ROOM - 1);
	return true;
}
