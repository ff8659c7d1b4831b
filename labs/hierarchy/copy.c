/*
 * copy: copies a file, by read and write or by mapping both, and says how long it
 * took.
 *
 *	./copy write|mmap FROM TO
 *
 * Look at: who moves the bytes, and how many system calls there are (strace -c).
 */
#define _GNU_SOURCE
#include "measure.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PIECE (64 << 10) /* bytes that one read asks for */

/* Copies all of `from`. Returns 0, or -1 with errno set. */
static int
copy_by_write(int from, int to)
{
	static char piece[PIECE];
	ssize_t n;

	while ((n = read(from, piece, sizeof(piece))) != 0) {
		if (n == -1 && errno != EINTR)
			return -1;
		for (ssize_t done = 0; done < n;) {
			ssize_t went = write(to, piece + done, n - done);

			if (went == -1 && errno != EINTR)
				return -1;
			if (went > 0)
				done += went;
		}
	}
	return 0;
}

/*
 * Gap 4: the same by mapping both, without read and write. `from` has `bytes`
 * bytes, 0 or more; `to` is empty, and open for reading and writing.
 *
 * Returns 0, or -1 with errno set by the call that failed; any error of
 * posix_fallocate is returned (ENOSPC on a full disk, EDQUOT, EIO).
 * Traps: a mapping does not make a file longer, and 0 bytes cannot be mapped; a
 * store that finds the disk full is a death by SIGBUS, so the room is made first,
 * by posix_fallocate, which returns its error number.
 */
static int
copy_by_mmap(int from, int to, size_t bytes)
{
	// TODO 4
	(void)from;
	(void)to;
	(void)bytes;
	errno = ENOSYS;
	return -1;
}

int
main(int argc, char *argv[])
{
	int by_mmap = argc == 4 && strcmp(argv[1], "mmap") == 0, from, to;
	long long start;
	size_t bytes;

	if (argc != 4 || (!by_mmap && strcmp(argv[1], "write") != 0))
		errx(2, "usage: copy write|mmap FROM TO");
	bytes = open_both(argv + 2, &from, &to);
	start = now();
	if ((by_mmap ? copy_by_mmap(from, to, bytes)
		     : copy_by_write(from, to)) == -1)
		err(1, "%s", argv[3]);
	printf("%s: %zu bytes, %lld us\n", argv[1], bytes,
	       (now() - start) / 1000);
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	return 0;
}
