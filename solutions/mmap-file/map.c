/*
 * The file under a record: it gets its size, is mapped, and is not believed.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record.h"

/*
 * Gap 1: give the empty file `fd` `size` bytes, and map them for reading and
 * writing, so that what is stored there is in the file. `fd` stays open.
 *
 * Returns the mapping; or NULL with errno set to why it failed, whatever size the
 * file has then.
 * Traps: mmap(2) succeeds whatever the size of the file, but beyond its end there
 * is nothing to store into (SIGBUS), nor is there when the disk turns out to be full.
 */
void *
map_new(int fd, size_t size)
{
	// BEGIN SOLUTION 1
	do
		errno = posix_fallocate(fd, 0, (off_t)size);
	while (errno == EINTR);
	if (errno != 0)
		return NULL;
	void *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return map == MAP_FAILED ? NULL : map;
	// STUB (void)fd, (void)size;
	// STUB errno = ENOSYS;
	// STUB return NULL;
	// END SOLUTION 1
}

/*
 * Gap 1, too: wait until what was stored in `map` is on the disk, and unmap it.
 *
 * Returns 0; or -1 with errno set if one of the two failed (if both did, by either).
 * It is unmapped even if it could not be saved.
 * Trap: munmap(2) promises nothing about the disk.
 */
int
unmap_saved(void *map, size_t size)
{
	// BEGIN SOLUTION 1
	int saved = msync(map, size, MS_SYNC);
	int error = errno;

	if (munmap(map, size) == -1)
		return -1;
	errno = error;
	return saved;
	// STUB (void)map, (void)size;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 1
}

/*
 * Gap 2: map the file `fd`, if it is what it should be: exactly `size` bytes
 * long, with a header at its start that has this `magic` and VERSION.
 *
 * `protection` is for mmap; `fd` stays open. Returns the mapping, which shows what
 * others store; or NULL, and then nothing is mapped, with EBADMSG if the file is
 * something else, or with another errno if a call failed.
 * Trap: anybody may have put anything into that file, or cut it.
 */
void *
map_old(int fd, uint32_t magic, size_t size, int protection)
{
	// BEGIN SOLUTION 2
	struct header header;
	struct stat s;

	if (fstat(fd, &s) == -1)
		return NULL;
	errno = EBADMSG;
	if (s.st_size != (off_t)size)
		return NULL;
	ssize_t n = pread(fd, &header, sizeof(header), 0);
	if (n == -1)
		return NULL;
	errno = EBADMSG;
	if (n != sizeof(header) || header.magic != magic ||
	    header.version != VERSION)
		return NULL;
	void *map = mmap(NULL, size, protection, MAP_SHARED, fd, 0);
	return map == MAP_FAILED ? NULL : map;
	// STUB (void)fd, (void)magic, (void)size, (void)protection;
	// STUB errno = ENOSYS;
	// STUB return NULL;
	// END SOLUTION 2
}
