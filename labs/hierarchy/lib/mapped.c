/*
 * A mapped file, with semaphores in it.
 */
#define _GNU_SOURCE
#include "area.h"
#include "link.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int
open_file(struct channel *channel)
{
	char path[] = "measure.XXXXXX";
	int fd = mkstemp(path);
	void *at = MAP_FAILED;

	if (fd == -1)
		return -1;
	unlink(path);
	if (ftruncate(fd, sizeof(struct area)) == 0)
		at = mmap(NULL, sizeof(struct area), PROT_READ | PROT_WRITE,
			  MAP_SHARED, fd, 0);
	close(fd);
	if (at == MAP_FAILED)
		return -1;
	channel->area = at;
	for (int side = 0; side < SIDES; side++)
		if (sem_init(&channel->area->full[side], 1, 0) == -1)
			return -1;
	return 0;
}

static ssize_t
put_file(struct end *end, const void *bytes, size_t n)
{
	struct area *area = end->channel->area;

	memcpy(area->message[end->side], bytes, n);
	return sem_post(&area->full[end->side]) == -1 ? -1 : (ssize_t)n;
}

static ssize_t
take_file(struct end *end, void *bytes, size_t n)
{
	struct area *area = end->channel->area;

	if (sem_wait(&area->full[!end->side]) == -1)
		return -1;
	memcpy(bytes, area->message[!end->side], n);
	return (ssize_t)n;
}

const struct mechanism mapped_file = {
	.name = "mapped-file",
	.open = open_file,
	.put = put_file,
	.take = take_file,
	.close = area_close,
};
