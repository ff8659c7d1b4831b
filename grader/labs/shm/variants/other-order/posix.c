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
#include <err.h>
#include <errno.h>
#include <fcntl.h>
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

/*
 * Gap 4: make a new object of `size` bytes, and map it.
 *
 * Its permission bits are SEGMENT_MODE. Fills in `*segment`. Returns 0, or
 * -1 with errno set: EEXIST when `name` is taken. What was made and cannot
 * be used is removed again; no descriptor stays open.
 * Trap: a new object has no bytes, and touching a byte that is not there raises
 * SIGBUS. So does touching one for which /dev/shm has no room.
 */
static int
create(const char *name, size_t size, struct segment *segment)
{
	static const char zeros[65536];
	int fd = shm_open(name, O_CREAT | O_EXCL | O_RDWR, SEGMENT_MODE);
	int why;

	if (fd < 0)
		return -1;
	/* What is written is there: neither size nor room is missing then. */
	for (size_t at = 0; at < size;) {
		size_t rest = size - at;
		ssize_t n = write(fd, zeros,
				  rest < sizeof(zeros) ? rest : sizeof(zeros));

		if (n == -1)
			goto failed;
		at += (size_t)n;
	}
	segment->base =
	    mmap(NULL, size, PROT_WRITE | PROT_READ, MAP_SHARED, fd, 0);
	segment->size = size;
	if (segment->base != MAP_FAILED) {
		close(fd);
		return 0;
	}
failed:
	why = errno;
	shm_unlink(name);
	close(fd);
	errno = why;
	return -1;
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
	int fd = shm_open(name, writable ? O_RDWR : O_RDONLY, 0);
	off_t size;
	int why;

	if (fd < 0)
		return -1;
	size = lseek(fd, 0, SEEK_END);
	segment->size = (size_t)size;
	segment->base =
	    size == -1 ? MAP_FAILED
		       : mmap(NULL, (size_t)size,
			      writable ? PROT_READ | PROT_WRITE : PROT_READ,
			      MAP_SHARED, fd, 0);
	why = errno;
	close(fd);
	errno = why;
	return segment->base == MAP_FAILED ? -1 : 0;
}

static int
detach(const struct segment *segment)
{
	return munmap(segment->base, segment->size) == 0 ? 0 : -1;
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
