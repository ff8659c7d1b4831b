/*
 * memfd_create(2) makes a file that is only memory and has no name. Seals that
 * are put on it can never be taken off: so who gets it can prove that it will
 * not change.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vault.h"

/*
 * Gap 4: copy what can be read from `fd` into memory without a name, at
 * most SNAPSHOT_BYTES (more is EFBIG), and seal it: nobody can write to it, shrink
 * it, make it larger, or seal it further.
 *
 * Returns its descriptor, which is closed on exec, or -1 with errno set, and no
 * descriptor more than before is open then. `fd` stays open.
 * Trap: seals must be allowed when the memory is made.
 */
int
copy_sealed(int fd)
{
	// BEGIN SOLUTION 4
	int error, memory;

	memory = memfd_create("snapshot", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (memory == -1)
		return -1;
	if (copy(fd, memory, SNAPSHOT_BYTES) == 0 &&
	    fcntl(memory, F_ADD_SEALS,
		  F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) ==
		0)
		return memory;
	error = errno;
	close(memory);
	errno = error;
	return -1;
	// STUB (void)fd;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 4
}

/*
 * Gap 4, too: map all of the memory `fd`, if it can neither be written to nor
 * shrink any more. Somebody else has made it, and is not to be trusted.
 *
 * Returns its first byte and sets `size`, or returns NULL with errno set: EPERM
 * when it lacks one of the two seals. `fd` stays open. Of what is empty, `size`
 * is 0, and the result "".
 * Trap: until it is sealed, its size, too, is true only for a moment.
 */
const char *
map_sealed(int fd, size_t *size)
{
	// BEGIN SOLUTION 4
	const int needed = F_SEAL_WRITE | F_SEAL_SHRINK;
	struct stat file;
	int seals;
	void *memory;

	seals = fcntl(fd, F_GET_SEALS);
	if (seals == -1)
		return NULL;
	if ((seals & needed) != needed) {
		errno = EPERM;
		return NULL;
	}
	if (fstat(fd, &file) == -1)
		return NULL;
	*size = (size_t)file.st_size;
	if (*size == 0)
		return ""; // nothing can be mapped
	memory = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fd, 0);
	return memory == MAP_FAILED ? NULL : memory;
	// STUB (void)fd;
	// STUB *size = 0;
	// STUB errno = ENOSYS;
	// STUB return NULL;
	// END SOLUTION 4
}
