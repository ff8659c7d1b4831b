/*
 * posix.c - a table of numbers in a POSIX shared memory object.
 *
 *	./posix NAME create N	makes a table with room for N values
 *	./posix NAME write V...	stores values in it
 *	./posix NAME read	prints them
 *	./posix NAME watch	prints them at each line of input
 *	./posix NAME stat	says what the object is
 *	./posix NAME remove	removes it
 *
 * NAME looks like a path and is not one: a slash in front, and no other. On
 * Linux the object is the file /dev/shm/NAME. Compare this file with sysv.c,
 * function by function: it has a descriptor where sysv.c has key and id.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "table.h"

/*
 * Ends the program unless `name` is a name: a slash in front, and no other.
 * What a system does with other names differs: portable programs avoid them.
 * A name is unique, so it has no origin.
 */
static struct origin
identify(const char *name)
{
	if (name[0] != '/' || name[1] == '\0' || strchr(name + 1, '/') != NULL)
		errx(2, "not a name, one slash and no other: '%s'", name);
	return (struct origin){ 0, 0 };
}

/* Maps `size` bytes of `fd` and closes it; errno is what mmap set. */
static int
map_and_close(int fd, size_t size, int prot, struct segment *segment)
{
	int why;

	segment->size = size;
	segment->base = mmap(NULL, size, prot, MAP_SHARED, fd, 0);
	why = errno;
	close(fd);
	errno = why;
	return segment->base == MAP_FAILED ? -1 : 0;
}

/* Closes `fd` after an `error`. */
static int
fail(int fd, int error)
{
	close(fd);
	errno = error;
	return -1;
}

/*
 * Gap 4: make a new object of `size` bytes, and map it.
 *
 * Its permission bits are SEGMENT_MODE. Fills in `*segment`. Returns 0, or
 * -1 with errno set: EEXIST when `name` is taken. What was made and cannot
 * be used is removed again; no descriptor stays open.
 *
 * It has no name until it is whole: nobody sees it half-made, and if we die,
 * nothing is left. linkat(2) fails when the name is taken.
 */
static int
create(const char *name, size_t size, struct segment *segment)
{
	char path[sizeof("/dev/shm") + NAME_MAX + 2], self[64];
	int fd, error, why;

	if (strlen(name + 1) > NAME_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	snprintf(path, sizeof(path), "/dev/shm%s", name);
	if (faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
		errno = EEXIST;
		return -1;
	}
	fd = open("/dev/shm", O_TMPFILE | O_RDWR | O_CLOEXEC, SEGMENT_MODE);
	if (fd == -1)
		return -1;
	while ((error = posix_fallocate(fd, 0, (off_t)size)) == EINTR)
		;
	if (error != 0)
		return fail(fd, error);
	segment->size = size;
	segment->base =
	    mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (segment->base == MAP_FAILED)
		return fail(fd, errno);
	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	if (linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == -1) {
		why = errno;
		munmap(segment->base, size);
		return fail(fd, why);
	}
	close(fd);
	return 0;
}

/*
 * Gap 5: map the object called `name`; unmap it again.
 *
 * A reader (`writable` is false) must not be able to change a byte. Fills in
 * `*segment`, with the size that the kernel says. Returns 0, or -1 with errno
 * as the failed call set it. If there is no object, does not make one. No
 * descriptor stays open.
 * Trap: as in gap 2; and what use is a change that only you can see?
 */
static int
attach(const char *name, bool writable, struct segment *segment)
{
	struct statx stx;
	int fd;

	fd = shm_open(name, writable ? O_RDWR : O_RDONLY, 0);
	if (fd == -1)
		return -1;
	if (statx(fd, "", AT_EMPTY_PATH, STATX_SIZE, &stx) == -1)
		return fail(fd, errno);
	return map_and_close(fd, (size_t)stx.stx_size,
			     writable ? PROT_READ | PROT_WRITE : PROT_READ,
			     segment);
}

static int
detach(const struct segment *segment)
{
	// BEGIN SOLUTION 5
	return munmap(segment->base, segment->size);
	// STUB (void)segment;
	// STUB return 0;
	// END SOLUTION 5
}

/*
 * Removes the object: the name is free at once. Whoever has it mapped keeps
 * it; the kernel frees the memory at the last munmap and close.
 */
static int
destroy(const char *name)
{
	return shm_unlink(name);
}

int
main(int argc, char **argv)
{
	static const struct memory posix = { "NAME", identify, create,
					     attach, detach,   destroy };

	return command_main(argc, argv, &posix);
}
