// Written through a mapping, which must go before the seals come.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vault.h"

static int
fill(int from, int to)
{
	ssize_t n = 0;
	size_t at = 0;
	char *text;

	if (ftruncate(to, SNAPSHOT_BYTES + 1) == -1)
		return -1;
	text = mmap(NULL, SNAPSHOT_BYTES + 1, PROT_READ | PROT_WRITE,
		    MAP_SHARED, to, 0);
	if (text == MAP_FAILED)
		return -1;
	while (at <= SNAPSHOT_BYTES) {
		n = read(from, text + at, SNAPSHOT_BYTES + 1 - at);
		if (n == 0 || (n == -1 && errno != EINTR))
			break;
		if (n > 0)
			at += (size_t)n;
	}
	int error = n == -1 ? errno : at > SNAPSHOT_BYTES ? EFBIG : 0;
	munmap(text, SNAPSHOT_BYTES + 1);
	if (error != 0) {
		errno = error;
		return -1;
	}
	return ftruncate(to, (off_t)at);
}

int
copy_sealed(int fd)
{
	int m = memfd_create("", MFD_ALLOW_SEALING | MFD_CLOEXEC);

	if (m == -1)
		return -1;
	if (fill(fd, m) == -1 ||
	    fcntl(m, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) ==
		-1 ||
	    fcntl(m, F_ADD_SEALS, F_SEAL_SEAL) == -1) {
		int error = errno;

		close(m);
		errno = error;
		return -1;
	}
	return m;
}

const char *
map_sealed(int fd, size_t *size)
{
	int seals = fcntl(fd, F_GET_SEALS);
	off_t end;
	char *text;

	if (seals == -1 || !(seals & F_SEAL_WRITE) ||
	    !(seals & F_SEAL_SHRINK)) {
		errno = EPERM;
		return NULL;
	}
	end = lseek(fd, 0, SEEK_END);
	if (end == -1)
		return NULL;
	*size = (size_t)end;
	if (end == 0)
		return "";
	text = mmap(NULL, (size_t)end, PROT_READ, MAP_PRIVATE, fd, 0);
	return text == MAP_FAILED ? NULL : text;
}
