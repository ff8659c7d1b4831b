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
	// TODO 4
	(void)name;
	(void)size, (void)segment;
	errno = ENOSYS;
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
	// TODO 5
	(void)name;
	(void)writable, (void)segment;
	errno = ENOSYS;
	return -1;
}

static int
detach(const struct segment *segment)
{
	// TODO 5
	(void)segment;
	return 0;
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
