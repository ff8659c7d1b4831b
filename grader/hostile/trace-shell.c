/*
 * Takes over the shell of the scenario, which has the same user, and lets it
 * end with status 0 at once. That is allowed to work: what must come out is
 * judged elsewhere.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 10
 * Seconds: 60
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	pid_t shell = getppid();
	int status;

	if (ptrace(PTRACE_ATTACH, shell, 0, 0) == -1)
		return 3;
	waitpid(shell, &status, 0);
#ifdef __x86_64__
	struct user_regs_struct regs;
	static const long end = 0x0000050fL; /* the instruction syscall */

	ptrace(PTRACE_GETREGS, shell, 0, &regs);
	ptrace(PTRACE_POKETEXT, shell, regs.rip, end);
	regs.rax = SYS_exit_group;
	regs.orig_rax = ~0ULL;
	regs.rdi = 0;
	ptrace(PTRACE_SETREGS, shell, 0, &regs);
#endif
	ptrace(PTRACE_DETACH, shell, 0, 0);
	return 0;
}
