/*
 * The kernel writes into the pipe after a second, as a ring was asked to whose
 * descriptor is closed by then.
 */
#define _GNU_SOURCE
#include <err.h>
#include <linux/io_uring.h>
#include <linux/time_types.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { ENTRIES = 2, PAGE = 4096 };

int
main(void)
{
	struct io_uring_params params = { 0 };
	struct __kernel_timespec second = { .tv_sec = 1 };
	int ends[2], ring;
	char byte, text[] = "x";

	ring = (int)syscall(SYS_io_uring_setup, ENTRIES, &params);
	if (ring == -1)
		return 0; /* no rings here, no trap either */
	if (pipe(ends) == -1)
		err(1, "pipe");
	char *queue = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
			   IORING_OFF_SQ_RING);
	struct io_uring_sqe *entry = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
					  MAP_SHARED, ring, IORING_OFF_SQES);
	if (queue == MAP_FAILED || entry == MAP_FAILED)
		err(1, "mmap");
	memset(entry, 0, ENTRIES * sizeof *entry);
	entry[0].opcode = IORING_OP_TIMEOUT;
	entry[0].addr = (uintptr_t)&second;
	entry[0].len = 1;
	entry[0].flags = IOSQE_IO_HARDLINK; /* the next comes after it */
	entry[1].opcode = IORING_OP_WRITE;
	entry[1].fd = ends[1];
	entry[1].addr = (uintptr_t)text;
	entry[1].len = 1;
	unsigned *order = (unsigned *)(queue + params.sq_off.array);
	order[0] = 0;
	order[1] = 1;
	atomic_store((_Atomic unsigned *)(queue + params.sq_off.tail), ENTRIES);
	if (syscall(SYS_io_uring_enter, ring, ENTRIES, 0, 0, NULL, 0) == -1)
		err(1, "io_uring_enter");
	close(ring);
	if (read(ends[0], &byte, 1) == -1)
		err(1, "read");
	return 0;
}
