/*
 * race, mappings: which addresses are shared, and under what name other
 * processes know the same bytes: the file behind the mapping and the offset in
 * it. To the kernel, System V, POSIX and anonymous shared memory are files too;
 * /proc/self/maps names them.
 */
#define _GNU_SOURCE
#include "hooks.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAPPINGS = 64 };

/*
 * Only this process adds and removes entries. Another thread may read them
 * meanwhile: so `end` is set last when one is added, and cleared first when one
 * is removed.
 */
static struct mapping mappings[MAPPINGS];
static int used; /* entries from here on are all empty */

const struct mapping *
race_mapping(const void *address)
{
	uintptr_t a = (uintptr_t)address;

	for (int i = 0; i < used; i++)
		if (a >= mappings[i].start && a < mappings[i].end)
			return &mappings[i];
	return NULL;
}

uint64_t
race_address_key(const void *address)
{
	const struct mapping *m = race_mapping(address);

	if (m == NULL)
		return 0;
	return race_key(MEMORY, m->object,
			m->offset + ((uintptr_t)address - m->start));
}

static void
set(struct mapping *m, const struct mapping *value)
{
	m->end = 0;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	m->start = value->start;
	m->offset = value->offset;
	m->object = value->object;
	m->data = value->data;
	__atomic_store_n(&m->end, value->end, __ATOMIC_RELEASE);
}

void
race_add(const struct mapping *new)
{
	for (int i = 0; i < MAPPINGS; i++) {
		if (mappings[i].end != 0)
			continue;
		set(&mappings[i], new);
		if (i >= used)
			used = i + 1;
		return;
	}
	race_stop("there are too many shared mappings");
}

void
race_unmap(const void *start, size_t size)
{
	uintptr_t from = (uintptr_t)start, to = from + size;

	for (int i = 0; i < used; i++) {
		struct mapping old = mappings[i], rest = old;

		if (old.end <= from || old.start >= to)
			continue;
		mappings[i].end = 0;
		if (old.start < from) {
			rest.end = from;
			race_add(&rest);
		}
		if (old.end > to) {
			rest = old;
			rest.start = to;
			rest.offset += to - old.start;
			race_add(&rest);
		}
	}
}

void
race_map(const void *start, size_t size, bool data, uint64_t born)
{
	uintptr_t from = (uintptr_t)start;
	uintptr_t page = sysconf(_SC_PAGESIZE);
	int saved = errno;

	if (!race_on())
		return;
	if (!race_instrumented)
		race_stop("a program with shared memory was not built for it");
	size = (size + page - 1) / page * page;
	race_unmap(start, size);
	race_find_mappings(from, from + size, data, born);
	errno = saved;
}

/* ---- the calls that map ---- */

static void
after_mmap(const struct call *call)
{
	void *start = (void *)call->result;
	int type = call->d & MAP_TYPE;

	if (start == MAP_FAILED)
		return;
	if (type == MAP_SHARED || type == MAP_SHARED_VALIDATE)
		race_map(start, call->b, true,
			 call->d & MAP_ANONYMOUS ? 0 : race_born(call->e));
	else
		race_unmap(start, call->b);
}

static void
before_munmap(const struct call *call)
{
	race_unmap((void *)call->a, call->b);
}

static void
after_mremap(const struct call *call)
{
	const struct mapping *m = race_mapping((void *)call->a);
	void *start = (void *)call->result;
	uint64_t born;

	if (start == MAP_FAILED || m == NULL)
		return;
	born = race_state->object[m->object].born;
	race_unmap((void *)call->a, call->b);
	race_map(start, call->c, true, born);
}

static void
after_shmat(const struct call *call)
{
	void *start = (void *)call->result;
	struct shmid_ds segment = { .shm_segsz = 1 };

	if (start == (void *)-1)
		return;
	race_release_segment(call->a);
	note_syscall(SYS_shmctl, call->a, IPC_STAT, &segment);
	race_map(start, segment.shm_segsz, true, 0);
}

static void
before_shmdt(const struct call *call)
{
	const struct mapping *m = race_mapping((void *)call->a);

	if (m == NULL)
		return;
	race_release_segment(race_state->object[m->object].inode);
	race_unmap((void *)call->a, m->end - m->start);
}

RACE_WRAP(mmap, nothing, after_mmap)
RACE_WRAP(mmap64, nothing, after_mmap)
RACE_WRAP(munmap, before_munmap, nothing)
RACE_WRAP(mremap, nothing, after_mremap)
RACE_WRAP(shmat, nothing, after_shmat)
RACE_WRAP(shmdt, before_shmdt, nothing)
