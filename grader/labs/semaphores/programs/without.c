/*
 * without.c - executes a program that goes without something.
 *
 *	without fork PROGRAM [ARG...]	cannot fork, but can start threads
 *	without naps PROGRAM [ARG...]	each nap ends at once
 *	without values PROGRAM [ARG...]	stops for ever where it is about to give a
 *					value to a semaphore, or to change one, and
 *					"held" is printed then; exit status 3, if
 *					ptrace is refused
 *
 * A limit of the number of processes (ulimit -u) would count the threads, too.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __s390x__
#define FLAGS 1 /* which argument of clone they are */
#else
#define FLAGS 0
#endif
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define LOW 4 /* where the lower half of an argument is */
#else
#define LOW 0
#endif
#define LAYOUT 0x100 /* a bit that the C library may add to a command */

#define LOAD(field)  BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (field))
#define ARGUMENT(n)  (offsetof(struct seccomp_data, args[n]) + LOW)
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, (what))
#define UNLESS(number, next) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, (next))

static struct sock_filter no_fork[] = {
	LOAD(offsetof(struct seccomp_data, nr)),
#ifdef SYS_fork
	UNLESS(SYS_fork, 1),
	RETURN(SECCOMP_RET_ERRNO | EAGAIN),
#endif
#ifdef SYS_clone3
	/* Its flags are in memory; without it the C library uses clone. */
	UNLESS(SYS_clone3, 1),
	RETURN(SECCOMP_RET_ERRNO | ENOSYS),
#endif
	UNLESS(SYS_clone, 3),
	LOAD(ARGUMENT(FLAGS)),
	BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_VM, 1, 0),
	RETURN(SECCOMP_RET_ERRNO | EAGAIN),
	RETURN(SECCOMP_RET_ALLOW),
};

static struct sock_filter no_naps[] = {
	LOAD(offsetof(struct seccomp_data, nr)),
#ifdef SYS_poll
	UNLESS(SYS_poll, 1),
	RETURN(SECCOMP_RET_ERRNO),
#endif
#ifdef SYS_select
	UNLESS(SYS_select, 1),
	RETURN(SECCOMP_RET_ERRNO),
#endif
	UNLESS(SYS_ppoll, 1),
	RETURN(SECCOMP_RET_ERRNO),
	UNLESS(SYS_pselect6, 1),
	RETURN(SECCOMP_RET_ERRNO),
	UNLESS(SYS_nanosleep, 1),
	RETURN(SECCOMP_RET_ERRNO),
	UNLESS(SYS_clock_nanosleep, 1),
	RETURN(SECCOMP_RET_ERRNO),
	RETURN(SECCOMP_RET_ALLOW),
};

static struct sock_filter no_values[] = {
	LOAD(offsetof(struct seccomp_data, nr)),
	UNLESS(SYS_semop, 1),
	RETURN(SECCOMP_RET_TRACE),
	UNLESS(SYS_semtimedop, 1),
	RETURN(SECCOMP_RET_TRACE),
	UNLESS(SYS_semctl, 6),
	LOAD(ARGUMENT(2)),
	BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~LAYOUT),
	UNLESS(SETVAL, 1),
	RETURN(SECCOMP_RET_TRACE),
	UNLESS(SETALL, 1),
	RETURN(SECCOMP_RET_TRACE),
	RETURN(SECCOMP_RET_ALLOW),
};

static const struct {
	const char *name;
	struct sock_fprog filter;
} things[] = {
	{ "fork", { sizeof(no_fork) / sizeof(*no_fork), no_fork } },
	{ "naps", { sizeof(no_naps) / sizeof(*no_naps), no_naps } },
	{ "values", { sizeof(no_values) / sizeof(*no_values), no_values } },
};

/* Returns in a child, whose tracer we are; it ends when we do. */
static void
trace(void)
{
	pid_t child = fork(), who;
	int status;

	if (child == -1)
		err(2, "fork");
	if (child == 0) {
		if (ptrace(PTRACE_TRACEME, 0, 0, 0) == -1)
			err(3, "ptrace");
		raise(SIGSTOP);
		return;
	}
	while ((who = waitpid(-1, &status, __WALL)) != -1) {
		if (who == child && !WIFSTOPPED(status))
			_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 2);
		if (!WIFSTOPPED(status))
			continue;
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8)) {
			puts("held");
			fflush(stdout);
			for (;;)
				pause();
		}
		int signal = WSTOPSIG(status);

		/* The two are ours: of what we set here, and of new threads. */
		if (signal == SIGSTOP)
			ptrace(PTRACE_SETOPTIONS, who, 0,
			       PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE |
				   PTRACE_O_EXITKILL);
		if (signal == SIGSTOP || signal == SIGTRAP)
			signal = 0;
		ptrace(PTRACE_CONT, who, 0, signal);
	}
	err(2, "waitpid");
}

int
main(int argc, char **argv)
{
	size_t i = 0;

	if (argc < 3)
		errx(2, "usage: without fork|naps|values PROGRAM [ARG...]");
	while (strcmp(argv[1], things[i].name) != 0)
		if (++i == sizeof(things) / sizeof(*things))
			errx(2, "%s: not fork, naps or values", argv[1]);
	if (things[i].filter.filter == no_values)
		trace();
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &things[i].filter) == -1)
		err(2, "seccomp");
	execvp(argv[2], argv + 2);
	err(2, "%s", argv[2]);
}
