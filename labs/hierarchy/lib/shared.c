/*
 * Shared memory, and three ways to learn that a message is there: to look again
 * and again, a futex, an eventfd.
 */
#define _GNU_SOURCE
#include "area.h"
#include "link.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

int
area_open(struct channel *channel)
{
	void *at = mmap(NULL, sizeof(struct area), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		return -1;
	channel->area = at;
	return 0;
}

void
area_close(struct channel *channel)
{
	if (channel->area != NULL)
		munmap(channel->area, sizeof(struct area));
}

void
area_store(struct end *end, const void *bytes, size_t n)
{
	struct area *area = end->channel->area;

	memcpy(area->message[end->side], bytes, n);
	atomic_fetch_add_explicit(counter(area, end->side), 1,
				  memory_order_release);
}

void
area_load(struct end *end, void *bytes, size_t n)
{
	memcpy(bytes, end->channel->area->message[!end->side], n);
	end->seen++;
}

/* ---- spinning */

static void
relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

static int
is_there(struct end *end)
{
	return atomic_load_explicit(counter(end->channel->area, !end->side),
				    memory_order_acquire) != end->seen;
}

static ssize_t
put_spin(struct end *end, const void *bytes, size_t n)
{
	area_store(end, bytes, n);
	return (ssize_t)n;
}

static ssize_t
take_spin(struct end *end, void *bytes, size_t n)
{
	while (!is_there(end))
		relax();
	area_load(end, bytes, n);
	return (ssize_t)n;
}

const struct mechanism shm_spin = {
	.name = "shm-spin",
	.open = area_open,
	.put = put_spin,
	.take = take_spin,
	.close = area_close,
	.spins = 1,
};

/* ---- a futex */

static ssize_t
put_futex(struct end *end, const void *bytes, size_t n)
{
	area_store(end, bytes, n);
	if (syscall(SYS_futex, counter(end->channel->area, end->side),
		    FUTEX_WAKE, 1, NULL, NULL, 0) == -1)
		return -1;
	return (ssize_t)n;
}

static ssize_t
take_futex(struct end *end, void *bytes, size_t n)
{
	while (!is_there(end))
		if (syscall(SYS_futex, counter(end->channel->area, !end->side),
			    FUTEX_WAIT, end->seen, NULL, NULL, 0) == -1 &&
		    errno != EAGAIN)
			return -1;
	area_load(end, bytes, n);
	return (ssize_t)n;
}

const struct mechanism shm_futex = {
	.name = "shm-futex",
	.open = area_open,
	.put = put_futex,
	.take = take_futex,
	.close = area_close,
};

/* ---- an eventfd */

static int
open_eventfd(struct channel *channel)
{
	for (int side = 0; side < SIDES; side++) {
		int fd = eventfd(0, EFD_CLOEXEC);

		if (fd == -1)
			return -1;
		channel->in[side] = channel->out[!side] = fd;
	}
	return area_open(channel);
}

static ssize_t
put_eventfd(struct end *end, const void *bytes, size_t n)
{
	const uint64_t one = 1;

	area_store(end, bytes, n);
	while (write(end->channel->out[end->side], &one, sizeof(one)) == -1)
		if (errno != EINTR)
			return -1;
	return (ssize_t)n;
}

static ssize_t
take_eventfd(struct end *end, void *bytes, size_t n)
{
	uint64_t count;

	if (read(end->channel->in[end->side], &count, sizeof(count)) == -1)
		return -1;
	area_load(end, bytes, n);
	return (ssize_t)n;
}

const struct mechanism eventfd_mechanism = {
	.name = "eventfd",
	.open = open_eventfd,
	.put = put_eventfd,
	.take = take_eventfd,
	.close = area_close,
};
