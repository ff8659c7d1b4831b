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
	// TODO 1
	(void)fd, (void)size;
	errno = ENOSYS;
	return NULL;
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
	// TODO 1
	(void)map, (void)size;
	errno = ENOSYS;
	return -1;
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
	// TODO 2
	(void)fd, (void)magic, (void)size, (void)protection;
	errno = ENOSYS;
	return NULL;
}
