/*
 * Which system calls a thread makes, and what they return. Seen by ptrace(2),
 * for a moment, and only when the verdict is known: the thread is left stopped,
 * so that the rest of the picture stays as it is until all are killed.
 *
 * The tracer is the supervisor, an ancestor of every process of the test. Where
 * ptrace is not allowed, nothing is seen.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>

#include "world.h"

/* What PTRACE_GET_SYSCALL_INFO fills in; the C library's name for it varies. */
struct stop {
	uint8_t op; /* PTRACE_SYSCALL_INFO_ENTRY, _EXIT */
	uint8_t pad[3];
	uint32_t arch;
	uint64_t place, stack;
	union {
		struct {
			uint64_t number, args[6];
		} entry;
		struct {
			int64_t result;
			uint8_t is_error;
		} exit;
		uint64_t room[16];
	} u;
};

/* How long a thread that sleeps takes to stop at most, ms. */
enum { TO_STOP = 50 };

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits for the next stop; false at the time `until`, or if it has ended. */
static bool
stopped(pid_t tid, int *status, long until)
{
	static const struct timespec pause = { .tv_nsec = 50000 };

	for (;;) {
		pid_t pid = waitpid(tid, status, __WALL | WNOHANG);
		if (pid == tid)
			return WIFSTOPPED(*status);
		if (pid == -1 && errno != EINTR)
			return false;
		if (now_ms() >= until)
			return false;
		nanosleep(&pause, NULL);
	}
}

static bool
seize(pid_t tid)
{
	return ptrace(PTRACE_SEIZE, tid, 0, PTRACE_O_TRACESYSGOOD) == 0 &&
	       ptrace(PTRACE_INTERRUPT, tid, 0, 0) == 0;
}

/*
 * Fills `steps` with the calls that the thread makes from now on, at most
 * `max`, for at most `ms` milliseconds. Returns how many, or -1 where that
 * cannot be seen.
 */
int
why_trace(pid_t tid, struct why_step *steps, int max, int ms)
{
	long until = now_ms() + ms;
	int count = 0, status;
	bool inside = false;

	if (!seize(tid))
		return -1;
	while (count < max && stopped(tid, &status, until)) {
		struct stop info;
		int sig = WSTOPSIG(status);
		if (sig == (SIGTRAP | 0x80) &&
		    ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof info, &info) >
			0) {
			if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
				inside = true;
				steps[count].call = (long)info.u.entry.number;
				for (int i = 0; i < 6; i++)
					steps[count].arg[i] =
					    info.u.entry.args[i];
			} else if (info.op == PTRACE_SYSCALL_INFO_EXIT &&
				   inside) {
				steps[count++].result =
				    (long)info.u.exit.result;
				inside = false;
			}
		}
		/* The last one stays stopped. */
		bool event = sig == (SIGTRAP | 0x80) || status >> 16 != 0;
		if (count < max)
			ptrace(PTRACE_SYSCALL, tid, 0, event ? 0 : sig);
	}
	if (count < max && ptrace(PTRACE_INTERRUPT, tid, 0, 0) == 0)
		stopped(tid, &status, now_ms() + TO_STOP);
	return count;
}

/*
 * Disturbs the call in which the thread sleeps, as a signal would, and returns
 * what it has done so far, in bytes; -1 where that does not show.
 */
long
why_interrupt(pid_t tid)
{
	struct user_regs_struct registers;
	struct iovec area = { &registers, sizeof registers };
	int status;

	if (!seize(tid) || !stopped(tid, &status, now_ms() + TO_STOP) ||
	    ptrace(PTRACE_GETREGSET, tid, (void *)NT_PRSTATUS, &area) == -1)
		return -1;
#if defined(__x86_64__)
	long result = (long)registers.rax;
#elif defined(__aarch64__)
	long result = (long)registers.regs[0];
#else
	long result = -1;
#endif
	/* An error, such as "to be restarted": nothing was done. */
	return result < 0 ? 0 : result;
}
