/*
 * sysv.c - a table of numbers in a System V shared memory segment.
 *
 *	./sysv FILE create N	makes a table with room for N values
 *	./sysv FILE write V...	stores values in it
 *	./sysv FILE read	prints them
 *	./sysv FILE watch	prints them at each line of input
 *	./sysv FILE stat	says what the segment is
 *	./sysv FILE remove	removes it
 *
 * FILE is any file that exists: the key is made from it. Between two commands
 * no process of ours runs, yet the values stay: the kernel keeps them until
 * `remove`. Then compare this file with posix.c, function by function.
 */
#include <errno.h>
#include <stddef.h>
#include <sys/shm.h>

#include "table.h"

/* The key's project. chat.h has one of its own: both can use the same FILE. */
#define PROJECT 'T'

/*
 * Gap 1: make a new segment of `size` bytes, and attach it.
 *
 * Its permission bits are SEGMENT_MODE. Fills in `*segment`. Returns 0, or
 * -1 with errno set: EEXIST when the key of `file` has a segment already.
 * A segment that was made and cannot be attached is removed again.
 * Trap: shmget(2) is content with an old segment, unless told otherwise. And
 * NULL is not what shmat(2) returns when it fails.
 */
static int
create(const char *file, size_t size, struct segment *segment)
{
	int id = shmget(file_key(file, PROJECT), size,
			IPC_CREAT | IPC_EXCL | 0400 | 0200);
	struct shmid_ds ds;
	int why;

	if (id < 0)
		return -1;
	if (shmctl(id, IPC_STAT, &ds) == 0) {
		*segment = (struct segment){ shmat(id, NULL, 0), ds.shm_segsz };
		if ((intptr_t)segment->base != -1)
			return 0;
	}
	why = errno;
	shmctl(id, IPC_RMID, NULL);
	errno = why;
	return -1;
}

/* Gap 2: attaches first, and asks for the size of what it holds. */
static int
attach(const char *file, bool writable, struct segment *segment)
{
	int id = shmget(file_key(file, PROJECT), 1, writable ? 0600 : 0400);
	struct shmid_ds ds;

	if (id < 0)
		return -1;
	segment->base = shmat(id, NULL, writable ? 0 : SHM_RDONLY);
	if ((intptr_t)segment->base == -1)
		return -1;
	if (shmctl(id, IPC_STAT, &ds) == -1) {
		int why = errno;

		shmdt(segment->base);
		errno = why;
		return -1;
	}
	segment->size = ds.shm_segsz;
	return 0;
}

static int
detach(const struct segment *segment)
{
	return shmdt(segment->base) == 0 ? 0 : -1;
}

/*
 * Removes the segment of `file`: the key is free at once. Whoever has it
 * attached keeps it; the kernel frees the memory at the last detach.
 */
static int
destroy(const char *file)
{
	int id = shmget(file_key(file, PROJECT), 0, 0);

	if (id == -1)
		return -1;
	return shmctl(id, IPC_RMID, NULL);
}

int
main(int argc, char **argv)
{
	static const struct memory sysv = { "FILE", file_origin, create,
					    attach, detach,	 destroy };

	return command_main(argc, argv, &sysv);
}
