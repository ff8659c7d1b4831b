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
	key_t key = file_key(file, PROJECT);
	int id = shmget(key, 0, 0);

	/* A look beforehand does no harm where the kernel looks again. */
	if (id != -1) {
		errno = EEXIST;
		return -1;
	}
	if (errno != ENOENT)
		return -1;
	id = shmget(key, size, IPC_CREAT | IPC_EXCL | SEGMENT_MODE);

	if (id == -1)
		return -1;
	segment->size = size;
	segment->base = shmat(id, NULL, 0);
	if (segment->base == (void *)-1) {
		int why = errno;

		shmctl(id, IPC_RMID, NULL);
		errno = why;
		return -1;
	}
	return 0;
}

/*
 * Gap 2: attach the segment that the key of `file` has; detach it again.
 *
 * A reader (`writable` is false) must not be able to change a byte. Fills in
 * `*segment`, with the size that the kernel says. Returns 0, or -1 with errno
 * as the failed call set it. If there is no segment, does not make one.
 * Trap: a reader has no idea how large the segment is; one that guesses is
 * refused, or reads past the end. And what is attached counts as in use until
 * it is detached, or its process ends.
 */
static int
attach(const char *file, bool writable, struct segment *segment)
{
	key_t key = file_key(file, PROJECT);
	struct shmid_ds ds;
	int id = shmget(key, 0, 0);

	if (id == -1 || shmctl(id, IPC_STAT, &ds) == -1)
		return -1;
	segment->size = ds.shm_segsz;
	segment->base = shmat(id, NULL, writable ? 0 : SHM_RDONLY);
	return segment->base == (void *)-1 ? -1 : 0;
}

static int
detach(const struct segment *segment)
{
	return shmdt(segment->base);
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
