/*
 * Another order of calls: the mapping first, whole pages of it, and the file gets
 * its size below it; the header is read by read(2), and each page is saved by itself.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record.h"

static void *
map_it(int fd, size_t size, int protection)
{
	void *map = mmap(NULL, size, protection, MAP_SHARED, fd, 0);

	return map != MAP_FAILED ? map : NULL;
}

void *
map_new(int fd, size_t size)
{
	void *map = map_it(fd, size, PROT_READ | PROT_WRITE);

	if (map != NULL && fallocate(fd, 0, 0, (off_t)size) == -1) {
		int error = errno;

		munmap(map, size);
		errno = error;
		map = NULL;
	}
	return map;
}

int
unmap_saved(void *map, size_t size)
{
	const size_t page = 4096;
	bool failed = false;
	int why = 0;

	for (size_t at = 0; at < size && !failed; at += page) {
		size_t n = size - at < page ? size - at : page;

		failed = msync((char *)map + at, n, MS_SYNC) == -1;
		why = errno;
	}
	if (munmap(map, size) == -1)
		return -1;
	errno = why;
	return -failed;
}

static bool
is_one(int fd, uint32_t magic, size_t size)
{
	uint32_t begin[2];
	struct stat s;
	ssize_t got;

	if (fstat(fd, &s) == -1)
		return false;
	if (s.st_size != (off_t)size)
		return errno = EBADMSG, false;
	if (lseek(fd, 0, SEEK_SET) == -1)
		return false;
	do
		got = read(fd, begin, sizeof(begin));
	while (got == -1 && errno == EINTR);
	if (got == -1)
		return false;
	errno = EBADMSG;
	return got == sizeof(begin) && begin[0] == magic && begin[1] == VERSION;
}

void *
map_old(int fd, uint32_t magic, size_t size, int protection)
{
	return is_one(fd, magic, size) ? map_it(fd, size, protection) : NULL;
}
