/*
 * The table: one piece of memory a process, which every caller of its doors
 * may read and only the process itself can write. So door_call knows that a
 * door is revoked, or that its arguments are too many, without asking, even
 * while all server threads are taken.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "library.h"

// More doors than a process usually may have descriptors; a page is there only
// once it is used.
#define SLOTS	   16384
#define TABLE_SIZE (SLOTS * sizeof(struct door_status))

static struct door_status *table; // doors_lock
static int table_fd = -1;
static bool taken[SLOTS];
static uint32_t next_slot;

_Static_assert(sizeof(struct door_status) == 64,
	       "a status must not straddle pages");

static int
table_make(void)
{
	int fd = memfd_create("door table", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	void *at = MAP_FAILED;

	if (fd == -1)
		return -1;
	if (ftruncate(fd, TABLE_SIZE) == 0)
		at = mmap(NULL, TABLE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			  fd, 0);
	// From now on nobody else can write it, nor cut it short.
	if (at == MAP_FAILED ||
	    fcntl(fd, F_ADD_SEALS,
		  F_SEAL_FUTURE_WRITE | F_SEAL_SHRINK | F_SEAL_GROW) == -1) {
		int problem = errno;

		if (at != MAP_FAILED)
			munmap(at, TABLE_SIZE);
		close(fd);
		errno = problem;
		return -1;
	}
	table = at;
	table_fd = fd;
	return 0;
}

// A free status on our table, and its place there. NULL with errno if there is
// none. doors_lock is held, as in the next three.
struct door_status *
status_alloc(uint32_t *slot)
{
	if (table == NULL && table_make() == -1)
		return NULL;
	for (uint32_t tried = 0; tried < SLOTS; tried++) {
		uint32_t at = next_slot++ % SLOTS;

		if (!taken[at]) {
			taken[at] = true;
			*slot = at;
			return &table[at];
		}
	}
	errno = EMFILE;
	return NULL;
}

// What looks at it from now on sees a door that is not its own.
void
status_free(struct door_status *status)
{
	atomic_store(&status->id, 0);
	taken[status - table] = false;
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
	close(table_fd);
	table = NULL;
	table_fd = -1;
	for (uint32_t i = 0; i < SLOTS; i++)
		taken[i] = false;
}

/*
 * The status in `slot` of another process's table, to be ended by status_unmap.
 * Returns NULL with errno if it cannot be had.
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
 * May this call be made? Returns 0, or the error: EBADF, ENOBUFS, ENOTSUP,
 * ENFILE, the first that applies.
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
