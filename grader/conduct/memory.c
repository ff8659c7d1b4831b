/*
 * Another process's memory. What it may not write itself (its own code) is
 * written by way of ptrace.
 */
#define _GNU_SOURCE
#include "conduct.h"

#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

/* Without the slow way for what cannot be read so. */
bool
memory_read_all(pid_t tid, uint64_t address, void *buffer, size_t size)
{
	struct iovec here = { buffer, size };
	struct iovec there = { (void *)(uintptr_t)address, size };

	return process_vm_readv(tid, &here, 1, &there, 1, 0) == (ssize_t)size;
}

bool
memory_read(pid_t tid, uint64_t address, void *buffer, size_t size)
{
	struct iovec here = { buffer, size };
	struct iovec there = { (void *)(uintptr_t)address, size };
	char *bytes = buffer;

	if (address == 0)
		return false;
	if (process_vm_readv(tid, &here, 1, &there, 1, 0) == (ssize_t)size)
		return true;
	for (size_t done = 0; done < size;) {
		size_t part = size - done;
		long word;

		errno = 0;
		word = ptrace(PTRACE_PEEKDATA, tid, address + done, 0);
		if (errno != 0)
			return false;
		part = part > sizeof(word) ? sizeof(word) : part;
		memcpy(bytes + done, &word, part);
		done += part;
	}
	return true;
}

bool
memory_write(pid_t tid, uint64_t address, const void *buffer, size_t size)
{
	struct iovec here = { (void *)(uintptr_t)buffer, size };
	struct iovec there = { (void *)(uintptr_t)address, size };
	const char *bytes = buffer;

	if (address == 0)
		return false;
	if (process_vm_writev(tid, &here, 1, &there, 1, 0) == (ssize_t)size)
		return true;
	for (size_t done = 0; done < size;) {
		size_t part = size - done;
		long word;

		errno = 0;
		word = ptrace(PTRACE_PEEKDATA, tid, address + done, 0);
		if (errno != 0)
			return false;
		part = part > sizeof(word) ? sizeof(word) : part;
		memcpy(&word, bytes + done, part);
		if (ptrace(PTRACE_POKEDATA, tid, address + done, word) == -1)
			return false;
		done += part;
	}
	return true;
}
