/*
 * The board: one piece of memory a process, which every caller of its doors
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

#include "doors.h"

// More doors than a process usually may have descriptors; a page is there only
// once it is used.
#define SLOTS	   16384
#define BOARD_SIZE (SLOTS * sizeof(struct notice))

static struct notice *board; // doors_lock
static int board_file = -1;
static bool taken[SLOTS];
static uint32_t next_slot;

_Static_assert(sizeof(struct notice) == 64, "a notice must not straddle pages");

static int
board_make(void)
{
	int fd = memfd_create("door board", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	void *at = MAP_FAILED;

	if (fd == -1)
		return -1;
	if (ftruncate(fd, BOARD_SIZE) == 0)
		at = mmap(NULL, BOARD_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
			  fd, 0);
	// From now on nobody else can write it, nor cut it short.
	if (at == MAP_FAILED ||
	    fcntl(fd, F_ADD_SEALS,
		  F_SEAL_FUTURE_WRITE | F_SEAL_SHRINK | F_SEAL_GROW) == -1) {
		int problem = errno;

		if (at != MAP_FAILED)
			munmap(at, BOARD_SIZE);
		close(fd);
		errno = problem;
		return -1;
	}
	board = at;
	board_file = fd;
	return 0;
}

// A free notice on our board, and its place there. NULL with errno if there is
// none. doors_lock is held, as in the next three.
struct notice *
board_take(uint32_t *slot)
{
	if (board == NULL && board_make() == -1)
		return NULL;
	for (uint32_t tried = 0; tried < SLOTS; tried++) {
		uint32_t at = next_slot++ % SLOTS;

		if (!taken[at]) {
			taken[at] = true;
			*slot = at;
			return &board[at];
		}
	}
	errno = EMFILE;
	return NULL;
}

// What looks at it from now on sees a door that is not its own.
void
board_give_back(struct notice *notice)
{
	atomic_store(&notice->id, 0);
	taken[notice - board] = false;
}

int
board_fd(void)
{
	return board_file;
}

// After fork, in the child: the board is the parent's.
void
board_drop(void)
{
	if (board == NULL)
		return;
	munmap(board, BOARD_SIZE);
	close(board_file);
	board = NULL;
	board_file = -1;
	for (uint32_t i = 0; i < SLOTS; i++)
		taken[i] = false;
}

/*
 * The notice in `slot` of another process's board, to be ended by board_forget.
 * Returns NULL with errno if it cannot be had.
 */
const struct notice *
board_look(int fd, uint32_t slot)
{
	size_t offset = slot * sizeof(struct notice);
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	int seals = fcntl(fd, F_GET_SEALS);
	struct stat st;
	char *at;

	if (seals == -1 || !(seals & F_SEAL_SHRINK) || fstat(fd, &st) == -1 ||
	    slot >= SLOTS || st.st_size < (off_t)BOARD_SIZE) {
		errno = EPROTO;
		return NULL;
	}
	at = mmap(NULL, page, PROT_READ, MAP_SHARED, fd,
		  (off_t)(offset - offset % page));
	if (at == MAP_FAILED)
		return NULL;
	return (const struct notice *)(at + offset % page);
}

void
board_forget(const struct notice *notice)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uintptr_t at = (uintptr_t)notice;

	munmap((void *)(at - at % page), page);
}

/*
 * May this call be made? Returns 0, or the error: EBADF, ENOBUFS, ENOTSUP,
 * ENFILE, the first that applies.
 */
int
check_call(const struct notice *n, door_id_t id, size_t size, uint_t n_desc)
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
