/*
 * The file around the queue: make it, check it, map it.
 */
#define _GNU_SOURCE
#include "queue.h"
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static struct queue *
map(int fd)
{
	return mmap(NULL, sizeof(struct queue), PROT_READ | PROT_WRITE,
		    MAP_SHARED, fd, 0);
}

/*
 * Makes the empty file `fd` a queue. posix_fallocate, not ftruncate: it
 * reserves the disk space, so that a full disk is an error here and not a
 * SIGBUS at some later store.
 */
static int
fill(int fd, uint32_t producers)
{
	struct queue *q;
	int made;

	do
		errno = posix_fallocate(fd, 0, sizeof(struct queue));
	while (errno == EINTR);
	if (errno != 0)
		return -1;
	q = map(fd);
	if (q == MAP_FAILED)
		return -1;
	made = queue_init(q, producers);
	queue_close(q);
	return made;
}

// REGION publish
/*
 * Nobody may see a queue that is half made. So it is made under a name that
 * nobody else uses, and gets its real one when it is complete. Of several
 * producers that do this at once, link(2) lets one succeed.
 */
void
queue_create(const char *path, uint32_t producers)
{
	char *draft;
	int fd, wrong = 0;

	if (asprintf(&draft, "%s.XXXXXX", path) == -1)
		err(1, "asprintf");
	fd = mkostemp(draft, O_CLOEXEC);
	if (fd == -1)
		err(1, "%s", path);
	if (fill(fd, producers) == -1 ||
	    (link(draft, path) == -1 && errno != EEXIST))
		wrong = errno;
	if (unlink(draft) == -1)
		warn("%s", draft);
	errno = wrong;
	if (wrong)
		err(1, "%s", path);
	close(fd);
	free(draft);
}
// END REGION publish

/*
 * Gap 1: find out whether the file `fd` may be mapped as a queue.
 *
 * Returns NULL if so. Otherwise the first of these that is true:
 *
 *	"not a queue"			QUEUE_MAGIC cannot be read at its start
 *	"a queue of another version"	QUEUE_VERSION does not follow it
 *	"a queue of the wrong size"	longer or shorter than a struct queue,
 *					or fstat cannot tell
 *
 * Trap: mmap(2) does not ask how long the file is. What is mapped beyond its
 * end reads as zero up to the end of that page, and raises SIGBUS after it.
 */
static const char *
fault(int fd)
{
	// BEGIN SOLUTION 1
	const char *wrong = "not a queue";
	uint32_t head[2]; // magic, version
	size_t got;
	struct stat file;
	FILE *stream;
	int copy;

	// fread makes a call of fstat of its own, which may fail; and it waits.
	if (lseek(fd, 0, SEEK_SET) == -1)
		return wrong;
	copy = dup(fd);
	stream = copy == -1 ? NULL : fdopen(copy, "r");
	if (stream == NULL) {
		if (copy != -1)
			close(copy);
		return wrong;
	}
	got = fread(head, sizeof(head[0]), 2, stream);
	if (got > 0 && head[0] == QUEUE_MAGIC) {
		wrong = "a queue of another version";
		if (got == 2 && head[1] == QUEUE_VERSION)
			wrong = "a queue of the wrong size";
		if (got == 2 && head[1] == QUEUE_VERSION &&
		    fstat(fd, &file) == 0 &&
		    file.st_size == sizeof(struct queue))
			wrong = NULL;
	}
	fclose(stream);
	return wrong;
	// STUB (void)fd;
	// STUB return "gap 1 is open: a queue or not?";
	// END SOLUTION 1
}

struct queue *
queue_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	struct queue *q;
	const char *wrong;

	if (fd == -1)
		err(1, "%s", path);
	wrong = fault(fd);
	if (wrong != NULL)
		errx(1, "%s: %s", path, wrong);
	q = map(fd);
	if (q == MAP_FAILED)
		err(1, "%s", path);
	close(fd); // the mapping stays
	return q;
}

void
queue_close(struct queue *q)
{
	if (munmap(q, sizeof(*q)) == -1)
		err(1, "munmap");
}
