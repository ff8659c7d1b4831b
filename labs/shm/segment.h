/*
 * segment.h - the first bytes of every shared segment of this lab.
 *
 * Two programs that share memory share bytes, and nothing else: neither types
 * nor addresses. So every field has a fixed size, no field is a pointer, and
 * a header says what follows it.
 */
#ifndef SEGMENT_H
#define SEGMENT_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ipc.h>

/* Goes up by one whenever the meaning of a field changes. */
#define SEGMENT_VERSION 1

/* Only its owner may open a segment. */
#define SEGMENT_MODE 0600

/* The file that a System V key was made from; all zero where there is none. */
struct origin {
	uint64_t device;
	uint64_t inode;
};

// REGION header
struct header {
	_Atomic uint32_t magic; /* what this is; stored last of all */
	uint32_t version;	/* SEGMENT_VERSION of its maker */
	uint64_t size;		/* of the whole segment, in bytes */
	struct origin origin;	/* tells files with the same key apart */
};
// END REGION header

/* What may be wrong with a header; fault_text[] has the words. */
enum fault { FINE, NO_MAGIC, OTHER_VERSION, OTHER_SIZE, OTHER_FILE };
extern const char *const fault_text[];

void header_publish(struct header *, uint32_t magic, size_t, struct origin);
enum fault header_fault(const struct header *, uint32_t magic, size_t,
			struct origin);

key_t file_key(const char *file, int project);
struct origin file_origin(const char *file);

#endif
