/*
 * Breakpoints.
 *
 * One stands at the first instruction of each program, so that what the loader
 * does is told from what the program does.
 *
 * With -b, others stand at the functions of the C library that give a lock or
 * a semaphore away, or tell what a semaphore is. Where nobody waits they make no
 * system call, and what a program does wrong just after them (it takes a message
 * out of a slot that it has given back; it relies on a value that was) would never
 * meet anybody. The places for a switch are their
 * beginning, while the lock is still held, and where they return to: that, too,
 * is a breakpoint from its first use on. Places are counted, not instructions: a
 * list of choices repeats exactly.
 */
#define _GNU_SOURCE
#include "conduct.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRAPS_MAX = 96, FOUND_MAX = 24 };

/* The breakpoints in the memory of one process: functions and returns. */
static struct traps {
	int n;
	struct trap {
		uint64_t at;
		long word;	  /* what was there */
		const char *call; /* the function's name */
		bool returns;
	} trap[TRAPS_MAX];
} traps[TRACEES_MAX];

static const char *const functions[] = {
	"sem_post",
	"sem_getvalue",
	"pthread_mutex_unlock",
	"pthread_rwlock_unlock",
	"pthread_spin_unlock",
	"pthread_cond_signal",
	"pthread_cond_broadcast",
	"pthread_barrier_wait",
};

/* Where they are in a library's file; the same in all runs. */
static struct {
	char path[200];
	int n;
	uint64_t offset[FOUND_MAX];
	const char *call[FOUND_MAX];
} library;

/*
 * A new process has a copy of its parent's memory, breakpoints and all; the first
 * one, of no parent, has none.
 */
void
locks_inherit(const struct tracee *t, const struct tracee *parent)
{
	if (parent == NULL)
		traps[t->leader].n = 0;
	else if (t->leader == t - tracees)
		traps[t->leader] = traps[parent->leader];
}

static long
peek(pid_t tid, uint64_t address)
{
	errno = 0;
	return ptrace(PTRACE_PEEKTEXT, tid, address, 0);
}

static bool
set_trap(pid_t tid, uint64_t at, long *word)
{
	*word = peek(tid, at);
	return errno == 0 &&
	       ptrace(PTRACE_POKETEXT, tid, at,
		      (*word & ~arch_trap_mask) | arch_trap_word) == 0;
}

static void
add_trap(const struct tracee *t, uint64_t at, const char *call, bool returns)
{
	struct traps *all = &traps[t->leader];
	long word;

	for (int i = 0; i < all->n; i++)
		if (all->trap[i].at == at)
			return;
	if (at == 0 || all->n == TRAPS_MAX || !set_trap(t->tid, at, &word))
		return;
	all->trap[all->n++] = (struct trap){ at, word, call, returns };
}

static const struct trap *
trap_at(const struct tracee *t, uint64_t at)
{
	struct traps *all = &traps[t->leader];

	for (int i = 0; i < all->n; i++)
		if (all->trap[i].at == at)
			return &all->trap[i];
	return NULL;
}

/* ---- the functions in the C library */

static void
add_functions(const ElfW(Sym) * symbols, size_t n, const char *names)
{
	for (size_t i = 0; i < n; i++) {
		if (ELF64_ST_TYPE(symbols[i].st_info) != STT_FUNC ||
		    symbols[i].st_value == 0)
			continue;
		for (size_t f = 0; f < sizeof(functions) / sizeof(functions[0]);
		     f++)
			if (strcmp(names + symbols[i].st_name, functions[f]) ==
				0 &&
			    library.n < FOUND_MAX) {
				library.call[library.n] = functions[f];
				library.offset[library.n++] =
				    symbols[i].st_value;
			}
	}
}

/* Looks for them in the library's dynamic symbols. */
static void
read_library(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	const char *file;
	const ElfW(Ehdr) * head;
	const ElfW(Shdr) * sections;

	library.n = 0;
	snprintf(library.path, sizeof(library.path), "%.199s", path);
	if (fd == -1 || fstat(fd, &st) == -1)
		return;
	file = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (file == MAP_FAILED)
		return;
	head = (const void *)file;
	sections = (const void *)(file + head->e_shoff);
	for (int i = 0; i < head->e_shnum; i++)
		if (sections[i].sh_type == SHT_DYNSYM)
			add_functions(
			    (const void *)(file + sections[i].sh_offset),
			    sections[i].sh_size / sizeof(ElfW(Sym)),
			    file + sections[sections[i].sh_link].sh_offset);
	munmap((void *)(uintptr_t)file, (size_t)st.st_size);
}

/* The program has been loaded: sets breakpoints in its C library. */
static void
set_functions(struct tracee *t)
{
	char path[48], line[400], name[300];
	unsigned long start, offset;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", t->tid);
	maps = fopen(path, "re");
	while (maps != NULL && fgets(line, sizeof(line), maps) != NULL) {
		if (sscanf(line, "%lx-%*x %*s %lx %*s %*s %299s", &start,
			   &offset, name) != 3 ||
		    offset != 0 ||
		    (strstr(name, "/libc.so") == NULL &&
		     strstr(name, "/libc-") == NULL))
			continue;
		if (strcmp(name, library.path) != 0)
			read_library(name);
		for (int i = 0; i < library.n; i++)
			add_trap(t, start + library.offset[i], library.call[i],
				 false);
		break;
	}
	if (maps != NULL)
		fclose(maps);
}

/* ---- the start of a program */

/* Where it starts, from the list that the kernel made at exec. */
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
	traps[t->leader].n = 0;
	t->step_over = 0;
	t->entry = entry_of(t);
	if (t->entry == 0 || !set_trap(t->tid, t->entry, &t->entry_word)) {
		t->entry = 0;
		t->starting = false; /* better too early than never */
	}
}

/* t has come to a trap just before `pc`: is it one of ours? */
bool
locks_trap(struct tracee *t, uint64_t pc)
{
	uint64_t at = pc - (uint64_t)arch_trap_back;
	const struct trap *trap;

	if (t->entry != 0 && at == t->entry) {
		ptrace(PTRACE_POKETEXT, t->tid, at, t->entry_word);
		arch_set_pc(t->tid, at);
		t->entry = 0;
		t->starting = false;
		if (options.locks && t->tested)
			set_functions(t);
		return true;
	}
	trap = trap_at(t, at);
	if (trap == NULL)
		return false;
	arch_set_pc(t->tid, at);
	t->step_over = at;
	t->lock_call = trap->call;
	t->at_lock = trap->returns ? RETURNS : CALLS;
	if (!trap->returns && !t->shares_memory)
		add_trap(t, arch_return_address(t->tid), trap->call, true);
	return true;
}

/*
 * Before t goes on from a breakpoint: the instruction that belongs there. What
 * it reports instead, a signal for one, is left to be looked at (false).
 */
bool
locks_step_over(struct tracee *t)
{
	const struct trap *trap = trap_at(t, t->step_over);
	long now;
	bool good;

	t->step_over = 0;
	if (trap == NULL)
		return true;
	now = peek(t->tid, trap->at);
	ptrace(PTRACE_POKETEXT, t->tid, trap->at, trap->word);
	ptrace(PTRACE_SINGLESTEP, t->tid, 0, 0);
	step_await(t, NEVER);
	good = t->status >> 8 == SIGTRAP;
	if ((t->status & 0xff) == 0x7f)
		ptrace(PTRACE_POKETEXT, t->tid, trap->at, now);
	t->reported = !good;
	return good;
}
