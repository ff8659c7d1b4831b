/*
 * Breakpoints. One stands at the first instruction of each program, so that
 * what the loader does is told from what the program does.
 */
#define _GNU_SOURCE
#include "conduct.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ptrace.h>
#include <unistd.h>

void
locks_reset(void)
{
}

static long
peek(pid_t tid, uint64_t address)
{
	errno = 0;
	return ptrace(PTRACE_PEEKTEXT, tid, address, 0);
}

/* Where the program starts, from the list that the kernel made at exec. */
static uint64_t
entry_of(const struct tracee *t)
{
	char path[48];
	uint64_t pair[2], entry = 0;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/auxv", t->tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return 0;
	while (read(fd, pair, sizeof(pair)) == (ssize_t)sizeof(pair))
		if (pair[0] == AT_ENTRY)
			entry = pair[1];
	close(fd);
	return entry;
}

/* t has a new program: it is starting until it comes to its entry. */
void
locks_exec(struct tracee *t)
{
	uint64_t entry = entry_of(t);
	long word;

	t->entry = 0;
	if (entry == 0)
		goto none;
	word = peek(t->tid, entry);
	if (errno != 0 ||
	    ptrace(PTRACE_POKETEXT, t->tid, entry,
		   (word & ~arch_trap_mask) | arch_trap_word) == -1)
		goto none;
	t->entry = entry;
	t->entry_word = word;
	return;
none:
	t->starting = false; /* better too early than never */
}

/* t has come to a trap just before `pc`: is it one of ours? */
bool
locks_trap(struct tracee *t, uint64_t pc)
{
	uint64_t at = pc - (uint64_t)arch_trap_back;

	if (t->entry == 0 || at != t->entry)
		return false;
	ptrace(PTRACE_POKETEXT, t->tid, at, t->entry_word);
	arch_set_pc(t->tid, at);
	t->entry = 0;
	t->starting = false;
	t->ncalls = 0;
	return true;
}
