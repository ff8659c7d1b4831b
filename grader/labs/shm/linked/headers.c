/*
 * Headers with every kind of damage, for the tests of the lab `shm`.
 *
 *	headers			whether header_fault judges each rightly
 *	headers unfinished	one that another process is still filling: for the
 *				checker `race`
 *
 * A header lies at the end of a page that cannot be written, and behind it there
 * is nothing: header_fault may look at the header, and no more.
 */
#define _GNU_SOURCE
#include <err.h>
#include <inttypes.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "segment.h"

enum field { MAGIC, VERSION, SIZE, DEVICE, INODE, FIELDS };
static const char *const names[FIELDS] = { "magic", "version", "size", "device",
					   "inode" };

/* What header_fault is told to expect, and what it should say of a field. */
struct expectation {
	uint32_t magic;
	size_t size;
	struct origin origin;
};
static const enum fault meant[FIELDS] = { NO_MAGIC, OTHER_VERSION, OTHER_SIZE,
					  OTHER_FILE, OTHER_FILE };

static struct header *header;	  /* the header, to be written */
static const struct header *seen; /* the same, to be read */
static int misjudged;

static void
map_header(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	int fd = memfd_create("header", MFD_CLOEXEC);
	char *out, *in;

	if (fd == -1 || ftruncate(fd, (off_t)page) == -1)
		err(1, "memfd_create");
	out = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	in =
	    mmap(NULL, 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (out == MAP_FAILED || in == MAP_FAILED ||
	    mmap(in, page, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0) ==
		MAP_FAILED)
		err(1, "mmap");
	close(fd);
	header = (struct header *)(void *)(out + page - sizeof(*header));
	seen = (const struct header *)(void *)(in + page - sizeof(*header));
}

static void
set(enum field field, uint64_t value)
{
	switch (field) {
	case MAGIC:
		atomic_store(&header->magic, (uint32_t)value);
		break;
	case VERSION:
		header->version = (uint32_t)value;
		break;
	case SIZE:
		header->size = value;
		break;
	case DEVICE:
		header->origin.device = value;
		break;
	default:
		header->origin.inode = value;
	}
}

/* One wrong field, and all after it wrong too if `others` is set. */
static void
judge(const struct expectation *e, enum field field, uint64_t right,
      uint64_t value, bool others)
{
	enum fault should = right == value ? FINE : meant[field], is;

	header_publish(header, e->magic, e->size, e->origin);
	set(field, value);
	for (int after = field + 1; others && after < FIELDS; after++)
		set((enum field)after, 77);
	is = header_fault(seen, e->magic, e->size, e->origin);
	if (is == should || misjudged++ >= 3)
		return;
	printf("%s %" PRIu64 " in place of %" PRIu64 "%s: ", names[field],
	       value, right, others ? ", and all after it wrong, too" : "");
	if (is > OTHER_FILE)
		printf("a fault with the number %d", (int)is);
	else
		printf("\"%s\"", fault_text[is]);
	printf(", not \"%s\"\n", fault_text[should]);
}

/* The field with values near to the right one, far from it, and a bit off. */
static void
damage(const struct expectation *e, enum field field, uint64_t right, int bits)
{
	static const uint64_t far[] = { 0, 1, 2, 3, 255, 4096, UINT64_MAX };
	uint64_t mask = UINT64_MAX >> (64 - bits);

	for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++)
		if ((far[i] & mask) != right)
			judge(e, field, right, far[i] & mask, i % 2 == 0);
	for (int bit = 0; bit < bits; bit++) {
		judge(e, field, right, right ^ UINT64_C(1) << bit, bit % 2);
		judge(e, field, right, (right + (UINT64_C(1) << bit)) & mask,
		      false);
		judge(e, field, right, (right - (UINT64_C(1) << bit)) & mask,
		      false);
	}
}

static void
judge_all(const struct expectation *e)
{
	judge(e, MAGIC, e->magic, e->magic, false);
	damage(e, MAGIC, e->magic, 32);
	damage(e, VERSION, SEGMENT_VERSION, 32);
	damage(e, SIZE, e->size, 64);
	damage(e, DEVICE, e->origin.device, 64);
	damage(e, INODE, e->origin.inode, 64);
}

/*
 * Whether the magic number is there: by a look that orders nothing, and of which the
 * checker `race` does not know. It is to tell of the student's looks.
 */
__attribute__((noinline, no_sanitize_thread)) static bool
is_there(uint32_t magic)
{
	return atomic_load_explicit(&header->magic, memory_order_relaxed) ==
	       magic;
}

/* A child fills a header. We look at it as soon as its magic number is there. */
static void
unfinished(void)
{
	const struct expectation e = { 0x4c424154, 60, { 7, 8 } };
	pid_t child = fork();

	if (child == -1)
		err(1, "fork");
	if (child == 0) {
		header_publish(header, e.magic, e.size, e.origin);
		_exit(0);
	}
	while (!is_there(e.magic))
		sched_yield();
	if (header_fault(header, e.magic, e.size, e.origin) != FINE)
		printf("a header that is finished is refused\n");
	if (waitpid(child, NULL, 0) == -1)
		err(1, "waitpid");
}

int
main(int argc, char **argv)
{
	static const struct expectation all[] = {
		{ 0x4c424154, 60, { 0, 0 } },
		{ 0x54414843, 65536, { 0x10302, 0x1234567890 } },
		{ 1, 4194352, { UINT64_MAX, 1 } },
	};

	map_header();
	if (argc == 2 && strcmp(argv[1], "unfinished") == 0) {
		unfinished();
		return 0;
	}
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		judge_all(&all[i]);
	if (misjudged == 0)
		printf("every header judged rightly\n");
	else if (misjudged > 3)
		printf("and %d more\n", misjudged - 3);
	return 0;
}
