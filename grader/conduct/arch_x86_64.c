/*
 * Registers on x86-64.
 *
 * orig_rax holds the number of the call in progress, or -1: then there is none,
 * and nothing is begun again after a signal.
 */
#if defined(__x86_64__)
#include "conduct.h"

#include <sys/ptrace.h>
#include <sys/user.h>

enum { CALL_BYTES = 2 }; /* of the instruction `syscall` */

const long arch_trap_word = 0xcc, arch_trap_mask = 0xff; /* int3 */
const int arch_trap_back = 1;

typedef struct user_regs_struct registers;

static bool
get(pid_t tid, registers *r)
{
	return ptrace(PTRACE_GETREGS, tid, 0, r) == 0;
}

static void
set(pid_t tid, registers *r)
{
	ptrace(PTRACE_SETREGS, tid, 0, r);
}

uint64_t
arch_pc(pid_t tid)
{
	registers r;

	return get(tid, &r) ? r.rip : 0;
}

uint64_t
arch_sp(pid_t tid)
{
	registers r;

	return get(tid, &r) ? r.rsp : 0;
}

void
arch_set_pc(pid_t tid, uint64_t pc)
{
	registers r;

	if (get(tid, &r)) {
		r.rip = pc;
		set(tid, &r);
	}
}

static unsigned long long *
argument(registers *r, int n)
{
	unsigned long long *args[6] = { &r->rdi, &r->rsi, &r->rdx,
					&r->r10, &r->r8,  &r->r9 };

	return args[n];
}

bool
arch_args(pid_t tid, uint64_t args[6])
{
	registers r;

	if (!get(tid, &r))
		return false;
	for (int i = 0; i < 6; i++)
		args[i] = *argument(&r, i);
	return true;
}

void
arch_set_arg(pid_t tid, int n, uint64_t value)
{
	registers r;

	if (get(tid, &r)) {
		*argument(&r, n) = value;
		set(tid, &r);
	}
}

void
arch_restore_args(pid_t tid, const uint64_t args[6])
{
	registers r;

	if (!get(tid, &r))
		return;
	for (int i = 0; i < 6; i++)
		*argument(&r, i) = args[i];
	set(tid, &r);
}

/* At an entry: the call is not made, and returns `result`. */
void
arch_skip(pid_t tid, long result)
{
	registers r;

	if (get(tid, &r)) {
		r.orig_rax = (unsigned long long)-1;
		r.rax = (unsigned long long)result;
		set(tid, &r);
	}
}

/* At an entry or exit: stand just before the call, with these arguments. */
void
arch_back(pid_t tid, long number, const uint64_t args[6])
{
	registers r;

	if (!get(tid, &r))
		return;
	r.orig_rax = (unsigned long long)-1;
	r.rax = (unsigned long long)number;
	r.rip -= CALL_BYTES;
	for (int i = 0; i < 6; i++)
		*argument(&r, i) = args[i];
	set(tid, &r);
}

/* At an exit: the result; `begin_again` leaves the rest to the kernel. */
void
arch_result(pid_t tid, long result, bool begin_again)
{
	registers r;

	if (!get(tid, &r))
		return;
	r.rax = (unsigned long long)result;
	if (!begin_again)
		r.orig_rax = (unsigned long long)-1;
	set(tid, &r);
}

/* At the first instruction of a function. */
uint64_t
arch_return_address(pid_t tid)
{
	uint64_t address = 0;

	return memory_read(tid, arch_sp(tid), &address, sizeof(address))
		   ? address
		   : 0;
}
#endif
