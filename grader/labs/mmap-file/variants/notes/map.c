/* The file gets its size by writing zeros; its header is looked at in memory. */
#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record.h"

void *
map_new(int fd, size_t size)
{
	static const char zeros[512];
	void *map;

	for (;;) {
		struct stat s;
		ssize_t n;

		if (fstat(fd, &s) == -1)
			return NULL;
		size_t left = size - (size_t)s.st_size;
		if (left == 0)
			break;
		n = write(fd, zeros, left < sizeof(zeros) ? left : 512);
		if (n == -1 && errno != EINTR)
			return NULL;
	}
	if ((map = mmap(0, size, PROT_WRITE | PROT_READ, MAP_SHARED, fd, 0)) !=
	    MAP_FAILED)
		return map;
	return NULL;
}

int
unmap_saved(void *map, size_t size)
{
	int error = 0;

	if (msync(map, size, MS_SYNC | MS_INVALIDATE) != 0)
		error = errno;
	if (munmap(map, size) != 0 && error == 0)
		error = errno;
	if (error == 0)
		return 0;
	errno = error;
	return -1;
}

void *
map_old(int fd, uint32_t magic, size_t size, int protection)
{
	struct stat s;
	struct header *header;

	if (fstat(fd, &s) != 0)
		return NULL;
	if (!S_ISREG(s.st_mode) || (size_t)s.st_size != size) {
		errno = EBADMSG;
		return NULL;
	}
	/* The size is right, so the header may be looked at where it is. */
	header = mmap(NULL, size, protection, MAP_SHARED, fd, 0);
	if (header == MAP_FAILED)
		return NULL;
	if (header->magic == magic && header->version == VERSION)
		return header;
	munmap(header, size);
	errno = EBADMSG;
	return NULL;
}
