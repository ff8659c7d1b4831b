/*
 * Where the results of a call go: into the caller's buffer or, if they do not
 * fit there, into new memory, which the caller unmaps.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

// Will `size` bytes be there, and be the same, as long as they are mapped?
static bool
is_safe(int memory, size_t size)
{
	const int needed = F_SEAL_WRITE | F_SEAL_SHRINK;
	int seals = fcntl(memory, F_GET_SEALS);
	struct stat st;

	return seals != -1 && (seals & needed) == needed &&
	       fstat(memory, &st) == 0 && (size_t)st.st_size >= size;
}

/*
 * Gap 4: the results of a call do not fit into the caller's buffer: make memory
 * for their `size` bytes. The first m->head.size of these are the data of `m`;
 * the rest is room for descriptors. The data are at m->data, or, if
 * m->head.flags has IN_MEMORY, in the shared memory m->memory, which is as
 * large as the results, in whole pages.
 *
 * Returns memory that begins with the data, and in *mapped its size, in whole
 * pages; the caller may write to it and ends it with munmap(2). NULL if there
 * is none.
 * Trap: data in shared memory must not be copied again.
 */
static char *
place(const struct message *m, size_t size, size_t *mapped)
{
	// The address space first; then the memory is put over it.
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *at;

	*mapped = round_up(size, page);
	at = mmap(NULL, *mapped, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		return NULL;
	if (!(m->head.flags & IN_MEMORY))
		return memcpy(at, m->data, m->head.size);
	if (!is_safe(m->memory, *mapped) ||
	    mmap(at, *mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED,
		 m->memory, 0) == MAP_FAILED) {
		munmap(at, *mapped);
		return NULL;
	}
	return at;
}

// Puts the results of `m` into `arg`, which is NULL if none are wanted. Returns
// 0 or an errno value.
int
take_result(struct message *m, door_arg_t *arg)
{
	size_t size = m->head.size;
	uint_t n = m->n_got;
	size_t total = results_size(size, n);

	if (m->head.kind != RESULT)
		return EINTR; // this is not a server of doors
	if (m->head.error != 0 || arg == NULL)
		return m->head.error;
	if (total > arg->rsize) {
		size_t mapped;
		char *fresh = place(m, total, &mapped);

		if (fresh == NULL)
			return EOVERFLOW;
		arg->rbuf = fresh;
		arg->rsize = mapped;
	} else if (m->head.flags & IN_MEMORY) {
		if (memory_read(m->memory, arg->rbuf, size) == -1)
			return errno;
	} else if (size > 0) {
		memcpy(arg->rbuf, m->data, size);
	}
	if (size > 0)
		arg->data_ptr = arg->rbuf;
	arg->data_size = size;
	arg->desc_num = n;
	if (n > 0)
		arg->desc_ptr =
		    (door_desc_t *)(void *)(arg->rbuf + total -
					    n * sizeof(door_desc_t));
	for (uint_t i = 0; i < n; i++) {
		door_desc_t desc;

		describe(m->fds[i], &desc); // rbuf need not be aligned
		memcpy((char *)arg->desc_ptr + i * sizeof(desc), &desc,
		       sizeof(desc));
	}
	m->n_got = 0; // the descriptors are the caller's now
	return 0;
}
