/*
 * segment.c - publishes and checks the header of a segment, and makes the
 * key of a System V segment out of the name of a file.
 */
#include "segment.h"

#include <err.h>
#include <sys/stat.h>

/* An atomic that needs no lock works at any address, in any process. */
_Static_assert(ATOMIC_INT_LOCK_FREE == 2, "the magic number needs a lock");

const char *const fault_text[] = {
	[FINE] = "fine",
	[NO_MAGIC] = "not ready, or not ours",
	[OTHER_VERSION] = "made by another version",
	[OTHER_SIZE] = "made for another size",
	[OTHER_FILE] = "made for another file with the same key",
};

/*
 * Fills in the header of a new segment of `size` bytes. All else must be in
 * place: whoever sees the magic number sees all that was stored before it.
 */
void
header_publish(struct header *header, uint32_t magic, size_t size,
	       struct origin origin)
{
	header->version = SEGMENT_VERSION;
	header->size = size;
	header->origin = origin;
	atomic_store(&header->magic, magic);
}

/*
 * Gap 3: is this a segment of ours?
 *
 * `magic` and `origin` are what the caller expects; `size` is what the kernel
 * says, and is at least sizeof(struct header). Returns the first of these
 * that is true, or FINE: NO_MAGIC, OTHER_VERSION, OTHER_SIZE, OTHER_FILE. When
 * the magic number is there, we see all that was stored before it.
 * Trap: anything can lie under a name or a key: what last year's program left
 * behind, what another is still filling, or the segment of another file whose
 * key happens to be the same.
 */
enum fault
header_fault(const struct header *header, uint32_t magic, size_t size,
	     struct origin origin)
{
	// BEGIN SOLUTION 3
	if (atomic_load(&header->magic) != magic)
		return NO_MAGIC;
	if (header->version != SEGMENT_VERSION)
		return OTHER_VERSION;
	if (header->size != size)
		return OTHER_SIZE;
	if (header->origin.device != origin.device ||
	    header->origin.inode != origin.inode)
		return OTHER_FILE;
	return FINE;
	// STUB (void)header, (void)magic, (void)size, (void)origin;
	// STUB return FINE;
	// END SOLUTION 3
}

/*
 * The key of `file` for `project`, a small number that is not 0. Ends the
 * program when there is no such file.
 *
 * A key has 8 bits of the project, 8 of the device, and 16 of the inode
 * number: two files may have the same one. file_origin() tells them apart.
 */
key_t
file_key(const char *file, int project)
{
	key_t key = ftok(file, project);

	if (key == -1)
		err(1, "%s", file);
	return key;
}

/* Which file this is, in full. Ends the program when there is none. */
struct origin
file_origin(const char *file)
{
	struct stat st;

	if (stat(file, &st) == -1)
		err(1, "%s", file);
	return (struct origin){ .device = st.st_dev, .inode = st.st_ino };
}
