/*
 * The status table: shared memory in which a process publishes the state of its
 * doors. Their callers can read it, and only the process itself can write it.
 * So door_call can tell that a door is revoked, or its arguments too large,
 * without a message, even while all server threads are busy.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "library.h"

// More doors than the descriptors that a process usually may have. A page takes
// memory only once it is used.
#define SLOTS	   16384
#define TABLE_SIZE (SLOTS * sizeof(struct door_status))

static struct door_status *table; // doors_lock
static int table_fd = -1;
static bool in_use[SLOTS];
static uint32_t next_slot;

_Static_assert(sizeof(struct door_status) == 64,
	       "a status must not cross a page boundary");

static int
table_make(void)
{
	int fd =
	    own(memfd_create("door status", MFD_CLOEXEC | MFD_ALLOW_SEALING));
	void *at = MAP_FAILED;

	if (fd == -1)
		return -1;
	if (ftruncate(fd, TABLE_SIZE) == 0)
		at = mmap(NULL, TABLE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			  fd, 0);
	// From now on no other process can write to it, or truncate it.
	if (at == MAP_FAILED ||
	    fcntl(fd, F_ADD_SEALS,
		  F_SEAL_FUTURE_WRITE | F_SEAL_SHRINK | F_SEAL_GROW) == -1) {
		int problem = errno;

		if (at != MAP_FAILED)
			munmap(at, TABLE_SIZE);
		own_close(fd);
		errno = problem;
		return -1;
	}
	table = at;
	table_fd = fd;
	return 0;
}

// A free entry of our table, and its index. NULL with errno if there is none.
// doors_lock is held here and in the next three functions.
struct door_status *
status_alloc(uint32_t *slot)
{
	if (table == NULL && table_make() == -1)
		return NULL;
	for (uint32_t tried = 0; tried < SLOTS; tried++) {
		uint32_t at = next_slot++ % SLOTS;

		if (!in_use[at]) {
			in_use[at] = true;
			*slot = at;
			return &table[at];
		}
	}
	errno = EMFILE;
	return NULL;
}

// Callers that still read the entry see the wrong id, which is EBADF.
void
status_free(struct door_status *status)
{
	atomic_store(&status->id, 0);
	in_use[status - table] = false;
}

int
status_fd(void)
{
	return table_fd;
}

// After fork, in the child: the table is the parent's.
void
status_after_fork(void)
{
	if (table == NULL)
		return;
	munmap(table, TABLE_SIZE);
	own_close(table_fd);
	table = NULL;
	table_fd = -1;
	for (uint32_t i = 0; i < SLOTS; i++)
		in_use[i] = false;
}

/*
 * Maps the entry `slot` of another process's table, until status_unmap. Returns
 * NULL with errno on failure.
 */
const struct door_status *
status_map(int fd, uint32_t slot)
{
	size_t offset = slot * sizeof(struct door_status);
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	int seals = fcntl(fd, F_GET_SEALS);
	struct stat st;
	char *at;

	if (seals == -1 || !(seals & F_SEAL_SHRINK) || fstat(fd, &st) == -1 ||
	    slot >= SLOTS || st.st_size < (off_t)TABLE_SIZE) {
		errno = EPROTO;
		return NULL;
	}
	at = mmap(NULL, page, PROT_READ, MAP_SHARED, fd,
		  (off_t)(offset - offset % page));
	if (at == MAP_FAILED)
		return NULL;
	return (const struct door_status *)(at + offset % page);
}

void
status_unmap(const struct door_status *status)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uintptr_t at = (uintptr_t)status;

	munmap((void *)(at - at % page), page);
}

/*
 * May this call be made? Returns 0 or an errno value, the first of these that
 * applies: EBADF, ENOBUFS, ENOTSUP, ENFILE.
 */
int
status_check(const struct door_status *n, door_id_t id, size_t size,
	     uint_t n_desc)
{
	uint_t attributes = atomic_load(&n->attributes);

	if (atomic_load(&n->id) != id || (attributes & DOOR_REVOKED))
		return EBADF;
	if (size < atomic_load(&n->data_min) ||
	    size > atomic_load(&n->data_max))
		return ENOBUFS;
	if (n_desc > 0 && (attributes & DOOR_REFUSE_DESC))
		return ENOTSUP;
	if (n_desc > atomic_load(&n->desc_max))
		return ENFILE;
	return 0;
}
