/*
 * Registers on aarch64. Compiled, but never run: no such machine was at hand
 * when it was written. Nothing else in the conductor knows the architecture.
 *
 * The number of the call in progress is a register set of its own; the kernel
 * keeps the first argument apart, and puts it back when it begins a call again.
 */
#if defined(__aarch64__)
#include "conduct.h"

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

#ifndef NT_ARM_SYSTEM_CALL
#define NT_ARM_SYSTEM_CALL 0x404
#endif

enum { CALL_BYTES = 4 }; /* of the instruction `svc` */

const long arch_trap_word = 0xd4200000, arch_trap_mask = 0xffffffff; /* brk */
const int arch_trap_back = 0;

typedef struct user_regs_struct registers;

static bool
get(pid_t tid, registers *r)
{
	struct iovec all = { r, sizeof(*r) };

	return ptrace(PTRACE_GETREGSET, tid, NT_PRSTATUS, &all) == 0;
}

static void
set(pid_t tid, registers *r)
{
	struct iovec all = { r, sizeof(*r) };

	ptrace(PTRACE_SETREGSET, tid, NT_PRSTATUS, &all);
}

static void
set_number(pid_t tid, int number)
{
	struct iovec one = { &number, sizeof(number) };

	ptrace(PTRACE_SETREGSET, tid, NT_ARM_SYSTEM_CALL, &one);
}

uint64_t
arch_pc(pid_t tid)
{
	registers r;

	return get(tid, &r) ? r.pc : 0;
}

uint64_t
arch_sp(pid_t tid)
{
	registers r;

	return get(tid, &r) ? r.sp : 0;
}

void
arch_set_pc(pid_t tid, uint64_t pc)
{
	registers r;

	if (get(tid, &r)) {
		r.pc = pc;
		set(tid, &r);
	}
}

bool
arch_args(pid_t tid, uint64_t args[6])
{
	registers r;

	if (!get(tid, &r))
		return false;
	for (int i = 0; i < 6; i++)
		args[i] = r.regs[i];
	return true;
}

void
arch_set_arg(pid_t tid, int n, uint64_t value)
{
	registers r;

	if (get(tid, &r)) {
		r.regs[n] = value;
		set(tid, &r);
	}
}

/* The first register holds the result by now. */
void
arch_restore_args(pid_t tid, const uint64_t args[6])
{
	registers r;

	if (!get(tid, &r))
		return;
	for (int i = 1; i < 6; i++)
		r.regs[i] = args[i];
	set(tid, &r);
}

/* At an entry: the call is not made, and returns `result`. */
void
arch_skip(pid_t tid, long result)
{
	registers r;

	set_number(tid, -1);
	if (get(tid, &r)) {
		r.regs[0] = (uint64_t)result;
		set(tid, &r);
	}
}

/* At an entry or exit: stand just before the call, with these arguments. */
void
arch_back(pid_t tid, long number, const uint64_t args[6])
{
	registers r;

	set_number(tid, -1);
	if (!get(tid, &r))
		return;
	r.regs[8] = (uint64_t)number;
	r.pc -= CALL_BYTES;
	for (int i = 0; i < 6; i++)
		r.regs[i] = args[i];
	set(tid, &r);
}

/* At an exit: the result; `begin_again` leaves the rest to the kernel. */
void
arch_result(pid_t tid, long result, bool begin_again)
{
	registers r;

	if (!begin_again)
		set_number(tid, -1);
	if (get(tid, &r)) {
		r.regs[0] = (uint64_t)result;
		set(tid, &r);
	}
}

/* At the first instruction of a function. */
uint64_t
arch_return_address(pid_t tid)
{
	registers r;

	return get(tid, &r) ? r.regs[30] : 0;
}
#endif
