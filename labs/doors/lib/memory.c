/*
 * Data too large for a message travel as shared memory: a memfd that is filled
 * once and then sealed. So the receiver can map and read it safely: the sender
 * can neither change it after it was checked, nor truncate it, which would kill
 * the reader with SIGBUS.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "library.h"

#define SEALS (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW)

/*
 * Makes memory of `room` bytes, at least `size`, that begins with the `size`
 * bytes of `data`. Returns its descriptor, or -1 with errno.
 */
int
memory_make(const char *data, size_t size, size_t room)
{
	int fd = memfd_create("door data", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int problem;

	if (fd == -1)
		return -1;
	if (ftruncate(fd, (off_t)room) == -1)
		goto fail;
	for (size_t done = 0; done < size;) {
		ssize_t n = pwrite(fd, data + done, size - done, (off_t)done);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			goto fail;
		done += (size_t)n;
	}
	if (fcntl(fd, F_ADD_SEALS, SEALS) == -1)
		goto fail;
	return fd;
fail:
	problem = errno;
	close(fd);
	errno = problem;
	return -1;
}

static bool
is_sealed(int fd, size_t size)
{
	struct stat st;
	int seals = fcntl(fd, F_GET_SEALS);

	if (seals == -1 || (seals & SEALS) != SEALS || fstat(fd, &st) == -1 ||
	    (size_t)st.st_size < size) {
		errno = EPROTO;
		return false;
	}
	return true;
}

/*
 * Maps the first `size` bytes of memory that was received, or that is this
 * thread's own copy of it. The mapping is private: no other process sees what
 * is written there. Returns NULL with errno, EPROTO if the memory is not sealed
 * or too small.
 */
char *
memory_map(int fd, size_t size)
{
	// Nobody else has the copy, so its own pages can be written to.
	int kind = arguments_are_copy(fd) ? MAP_SHARED : MAP_PRIVATE;
	char *at;

	if (kind == MAP_PRIVATE && !is_sealed(fd, size))
		return NULL;
	at = mmap(NULL, size, PROT_READ | PROT_WRITE, kind, fd, 0);
	return at == MAP_FAILED ? NULL : at;
}

// Copies the first `size` bytes of such memory. Returns 0, or -1 with errno.
int
memory_read(int fd, char *buf, size_t size)
{
	if (!arguments_are_copy(fd) && !is_sealed(fd, size))
		return -1;
	for (size_t done = 0; done < size;) {
		ssize_t n = pread(fd, buf + done, size - done, (off_t)done);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		done += (size_t)n;
	}
	return 0;
}
