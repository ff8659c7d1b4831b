/*
 * The clocks that programs read.
 */
#define _GNU_SOURCE
#include "virtual.h"

#include <elf.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>

enum { CLOCKS = 5, STACK_WORDS = 4096 };

static int64_t passed;	     /* since the run began */
static int64_t base[CLOCKS]; /* what the clocks showed then */

static const struct {
	clockid_t clock;
	int slot; /* in base[] */
} virtual_clocks[] = {
	{ CLOCK_REALTIME, 0 },	    { CLOCK_REALTIME_COARSE, 0 },
	{ CLOCK_MONOTONIC, 1 },	    { CLOCK_MONOTONIC_COARSE, 1 },
	{ CLOCK_MONOTONIC_RAW, 2 }, { CLOCK_BOOTTIME, 3 },
	{ CLOCK_TAI, 4 },
};

int64_t
nanoseconds(struct timespec t)
{
	if (t.tv_sec >= CENTURY * 10)
		return FOREVER;
	return t.tv_sec * SECOND + t.tv_nsec;
}

void
clock_reset(void)
{
	static const clockid_t clocks[CLOCKS] = { CLOCK_REALTIME,
						  CLOCK_MONOTONIC,
						  CLOCK_MONOTONIC_RAW,
						  CLOCK_BOOTTIME, CLOCK_TAI };
	struct timespec t;

	passed = 0;
	for (int i = 0; i < CLOCKS; i++)
		if (clock_gettime(clocks[i], &t) == 0)
			base[i] = nanoseconds(t);
}

int64_t
clock_base(int slot)
{
	return base[slot];
}

int64_t
time_now(void)
{
	return passed;
}

void
time_pass(int64_t ns)
{
	passed += ns;
}

void
clock_jump(int64_t to)
{
	if (to != FOREVER && to > passed)
		passed = to;
}

/* Which of the clocks it is; -1: none that is virtual. */
int
slot_of(uint64_t clock)
{
	for (size_t i = 0;
	     i < sizeof(virtual_clocks) / sizeof(virtual_clocks[0]); i++)
		if ((clockid_t)clock == virtual_clocks[i].clock)
			return virtual_clocks[i].slot;
	return -1;
}

/*
 * The calls that read a clock. They end here: the result is in the program's
 * memory, and the call is skipped.
 */
void
read_clock(struct tracee *t)
{
	int slot = 0;
	bool done = false;
	long result = 0;

	time_pass(t->idle > 64 ? 1000000 : 1000);
	if (t->number == SYS_clock_gettime)
		slot = slot_of(t->args[0]);
	if (slot < 0)
		return;
	int64_t now = base[slot] + passed;
	if (t->number == SYS_clock_gettime) {
		struct timespec show = { now / SECOND, now % SECOND };

		done = memory_write(t->tid, t->args[1], &show, sizeof(show));
	} else if (t->number == SYS_gettimeofday) {
		struct timeval show = { now / SECOND, now % SECOND / 1000 };

		done = t->args[1] == 0 &&
		       memory_write(t->tid, t->args[0], &show, sizeof(show));
	} else {
		time_t show = now / SECOND;

		result = show;
		done = t->args[0] == 0 ||
		       memory_write(t->tid, t->args[0], &show, sizeof(show));
	}
	if (done)
		arch_skip(t->tid, result);
}

/*
 * At the end of execve: takes the vDSO out of the list that the kernel has left
 * on the new stack.
 */
void
time_hide_vdso(struct tracee *t)
{
	static uint64_t word[STACK_WORDS];
	uint64_t sp = arch_sp(t->tid);
	size_t n = STACK_WORDS, i = 1; /* after argc */

	if (options.open)
		return;
	/* As much as there is above: the end of the stack may be near. */
	while (n > 0 && !memory_read_all(t->tid, sp, word, n * sizeof(*word)))
		n -= n / 8 + 1;
	for (int nulls = 0; i < n && nulls < 2;
	     i++) /* arguments, environment */
		nulls += word[i] == 0;
	for (; i + 1 < n && word[i] != AT_NULL; i += 2) {
		static const uint64_t ignore = AT_IGNORE;

		if (word[i] == AT_SYSINFO_EHDR)
			memory_write(t->tid, sp + i * sizeof(*word), &ignore,
				     sizeof(ignore));
	}
}
