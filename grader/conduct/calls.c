/*
 * The system calls that matter here. A call that is in neither list stops, too,
 * and may sleep: what is new in a kernel is treated with care.
 */
#define _GNU_SOURCE
#include "conduct.h"
#include "old_calls.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

// clang-format off
#define CALL(name, family, flags) { SYS_##name, #name, #family, flags }

const struct call calls[] = {
	/* data */
	CALL(read, read, PLACE | SLEEPS | FD | INTR),
	CALL(write, write, PLACE | SLEEPS | FD | INTR),
	CALL(readv, readv, PLACE | SLEEPS | FD | INTR),
	CALL(writev, writev, PLACE | SLEEPS | FD | INTR),
	CALL(pread64, pread, PLACE | SLEEPS | FD | INTR),
	CALL(pwrite64, pwrite, PLACE | SLEEPS | FD | INTR),
	CALL(recvfrom, recv, PLACE | SLEEPS | FD | INTR),
	CALL(recvmsg, recvmsg, PLACE | SLEEPS | FD | INTR),
	CALL(sendto, send, PLACE | SLEEPS | FD | INTR),
	CALL(sendmsg, sendmsg, PLACE | SLEEPS | FD | INTR),
	CALL(sendfile, sendfile, PLACE | SLEEPS | FD | INTR),
	CALL(splice, splice, PLACE | SLEEPS | FD | INTR),
	CALL(tee, tee, PLACE | SLEEPS | FD | INTR),
	/* waiting */
	CALL(poll, poll, PLACE | SLEEPS | NOTHING | INTR),
	CALL(ppoll, poll, PLACE | SLEEPS | NOTHING | INTR),
	CALL(select, select, PLACE | SLEEPS | NOTHING | INTR),
	CALL(pselect6, select, PLACE | SLEEPS | NOTHING | INTR),
	CALL(epoll_wait, epoll_wait, PLACE | SLEEPS | FD | NOTHING | INTR),
	CALL(epoll_pwait, epoll_wait, PLACE | SLEEPS | FD | NOTHING | INTR),
	CALL(epoll_pwait2, epoll_wait, PLACE | SLEEPS | FD | NOTHING | INTR),
	CALL(epoll_ctl, epoll_ctl, FD),
	CALL(wait4, wait, PLACE | SLEEPS | NOTHING | INTR),
	CALL(waitid, wait, PLACE | SLEEPS | NOTHING | INTR),
	CALL(futex, futex, PLACE | SLEEPS | NOTHING | INTR),
	CALL(nanosleep, nanosleep, PLACE | SLEEPS | NOTHING | INTR),
	CALL(clock_nanosleep, nanosleep, PLACE | SLEEPS | NOTHING | INTR),
	CALL(pause, pause, PLACE | SLEEPS | NOTHING | INTR),
	CALL(rt_sigsuspend, sigsuspend, PLACE | SLEEPS | NOTHING | INTR),
	CALL(rt_sigtimedwait, sigtimedwait, PLACE | SLEEPS | NOTHING | INTR),
	CALL(sched_yield, sched_yield, PLACE | NOTHING),
	CALL(flock, flock, PLACE | SLEEPS | FD | INTR),
	CALL(fcntl, fcntl, PLACE | SLEEPS | FD | INTR),
	CALL(restart_syscall, restart, SLEEPS),
	/* processes */
	CALL(fork, fork, PLACE | SLEEPS | RARELY),
	CALL(vfork, fork, PLACE | SLEEPS | RARELY),
	CALL(clone, fork, PLACE | SLEEPS | RARELY),
	CALL(clone3, fork, PLACE | SLEEPS | RARELY),
	CALL(execve, exec, PLACE | SLEEPS | RARELY),
	CALL(execveat, exec, PLACE | SLEEPS | RARELY),
	CALL(exit, exit_thread, PLACE | SLEEPS | RARELY),
	CALL(exit_group, exit, PLACE),
	CALL(setpgid, setpgid, 0),
	CALL(setsid, setsid, 0),
	CALL(prctl, prctl, LOCAL),
	/* signals */
	CALL(kill, kill, PLACE | NOTHING),
	CALL(tkill, tkill, PLACE),
	CALL(tgkill, tkill, PLACE),
	CALL(rt_sigqueueinfo, sigqueue, PLACE),
	CALL(rt_tgsigqueueinfo, sigqueue, PLACE),
	CALL(pidfd_send_signal, kill, PLACE),
	CALL(pidfd_open, pidfd_open, 0),
	CALL(rt_sigaction, sigaction, 0),
	CALL(rt_sigprocmask, sigprocmask, 0),
	CALL(rt_sigpending, sigpending, PLACE),
	CALL(signalfd, signalfd, 0),
	CALL(signalfd4, signalfd, 0),
	/* descriptors */
	CALL(pipe, pipe, PLACE),
	CALL(pipe2, pipe, PLACE),
	CALL(dup, dup, FD | PLACE),
	CALL(dup2, dup2, FD | PLACE | INTR),
	CALL(dup3, dup2, FD | PLACE | INTR),
	CALL(close, close, FD | PLACE | SLEEPS | RARELY | INTR),
	CALL(close_range, close_range, PLACE | SLEEPS | RARELY),
	CALL(eventfd, eventfd, 0),
	CALL(eventfd2, eventfd, 0),
	CALL(epoll_create1, epoll_create, 0),
	CALL(pidfd_getfd, pidfd_getfd, 0),
	/* files */
	CALL(open, open, PLACE | SLEEPS | RARELY | INTR),
	CALL(creat, open, PLACE | SLEEPS | RARELY | INTR),
	CALL(openat, open, PLACE | SLEEPS | RARELY | INTR),
	CALL(openat2, open, PLACE | SLEEPS | RARELY | INTR),
	CALL(mkdir, mkdir, PLACE),
	CALL(mkdirat, mkdir, PLACE),
	CALL(mknod, mknod, PLACE),
	CALL(mknodat, mknod, PLACE),
	CALL(unlink, unlink, PLACE),
	CALL(unlinkat, unlink, PLACE),
	CALL(rmdir, unlink, PLACE),
	CALL(link, link, PLACE),
	CALL(linkat, link, PLACE),
	CALL(symlink, symlink, PLACE),
	CALL(symlinkat, symlink, PLACE),
	CALL(rename, rename, PLACE),
	CALL(renameat, rename, PLACE),
	CALL(renameat2, rename, PLACE),
	CALL(truncate, truncate, PLACE | INTR),
	CALL(ftruncate, ftruncate, FD | PLACE | INTR),
	CALL(fallocate, fallocate, FD | PLACE),
	CALL(fsync, fsync, FD | INTR),
	CALL(fdatasync, fdatasync, FD),
	CALL(chmod, chmod, PLACE),
	CALL(fchmod, fchmod, FD | PLACE),
	CALL(fchmodat, chmod, PLACE),
	/* these stop only if a rule names them: see quiet_calls */
	CALL(fstat, fstat, PLACE),
	CALL(newfstatat, fstat, PLACE),
	CALL(statx, fstat, PLACE),
	CALL(inotify_init, inotify_init, 0),
	CALL(inotify_init1, inotify_init, 0),
	CALL(inotify_add_watch, inotify_add_watch, FD),
	/* memory */
	CALL(mmap, mmap, 0),
	CALL(munmap, munmap, 0),
	CALL(msync, msync, 0),
	CALL(memfd_create, memfd_create, 0),
	/* sockets */
	CALL(socket, socket, 0),
	CALL(socketpair, socketpair, PLACE),
	CALL(bind, bind, FD | PLACE),
	CALL(listen, listen, FD | PLACE),
	CALL(accept, accept, PLACE | SLEEPS | FD | INTR),
	CALL(accept4, accept, PLACE | SLEEPS | FD | INTR),
	CALL(connect, connect, PLACE | SLEEPS | FD | INTR),
	CALL(shutdown, shutdown, FD | PLACE),
	CALL(setsockopt, setsockopt, FD),
	/* System V */
	CALL(shmget, shmget, PLACE),
	CALL(shmat, shmat, PLACE),
	CALL(shmdt, shmdt, PLACE),
	CALL(shmctl, shmctl, PLACE),
	CALL(semget, semget, PLACE),
	CALL(semop, semop, PLACE | SLEEPS | INTR),
	CALL(semtimedop, semop, PLACE | SLEEPS | INTR),
	CALL(semctl, semctl, PLACE),
	CALL(msgget, msgget, PLACE),
	CALL(msgsnd, msgsnd, PLACE | SLEEPS | INTR),
	CALL(msgrcv, msgrcv, PLACE | SLEEPS | INTR),
	CALL(msgctl, msgctl, PLACE),
	/* POSIX queues */
	CALL(mq_open, mq_open, PLACE),
	CALL(mq_unlink, mq_unlink, PLACE),
	CALL(mq_timedsend, mq_send, PLACE | SLEEPS | FD | INTR),
	CALL(mq_timedreceive, mq_receive, PLACE | SLEEPS | FD | INTR),
	CALL(mq_notify, mq_notify, FD | PLACE),
	CALL(mq_getsetattr, mq_getattr, FD | NOTHING),
	/* time */
	CALL(alarm, alarm, PLACE),
	CALL(setitimer, setitimer, PLACE),
	CALL(getitimer, getitimer, 0),
	CALL(timer_create, timer_create, 0),
	CALL(timer_settime, timer_settime, PLACE),
	CALL(timer_gettime, timer_gettime, NOTHING),
	CALL(timer_delete, timer_delete, 0),
	CALL(timerfd_create, timerfd_create, 0),
	CALL(timerfd_settime, timerfd_settime, FD),
	CALL(timerfd_gettime, timerfd_gettime, FD | NOTHING),
	CALL(clock_gettime, clock_gettime, LOCAL),
	CALL(gettimeofday, gettimeofday, LOCAL),
	CALL(time, time, LOCAL),
	{ 0, NULL, NULL, 0 },
};

/* They touch nobody else, wait for nobody, and are no evidence of anything. */
const int quiet_calls[] = {
	SYS_brk, SYS_mprotect, SYS_mremap, SYS_madvise, SYS_rt_sigreturn,
	SYS_set_robust_list, SYS_get_robust_list, SYS_set_tid_address, SYS_rseq,
	SYS_arch_prctl, SYS_getpid, SYS_gettid, SYS_getppid, SYS_getpgid,
	SYS_getpgrp, SYS_getsid, SYS_getuid, SYS_geteuid, SYS_getgid,
	SYS_getegid, SYS_getgroups, SYS_getresuid, SYS_getresgid, SYS_fstat,
	SYS_newfstatat, SYS_lstat, SYS_stat, SYS_statx, SYS_statfs, SYS_fstatfs,
	SYS_getrandom, SYS_access, SYS_faccessat, SYS_faccessat2,
	SYS_sigaltstack, SYS_getcwd, SYS_uname, SYS_sched_getaffinity,
	SYS_sched_getparam, SYS_sched_getscheduler, SYS_getdents64,
	SYS_readlink, SYS_readlinkat, SYS_umask, SYS_sysinfo, SYS_lseek,
	SYS_prlimit64, SYS_getrlimit, SYS_getrusage, SYS_times, SYS_getsockname,
	SYS_getpeername, SYS_getsockopt, SYS_clock_getres, SYS_fadvise64,
	SYS_chdir, SYS_fchdir, SYS_membarrier, SYS_getcpu, SYS_getpriority,
	-1,
};

static const struct { const char *name; int number; } signals[] = {
	{ "RTMIN", 34 }, { "RTMIN+1", 35 }, { "RTMIN+2", 36 }, { "RTMIN+3", 37 },
};
// clang-format on

const struct call *
call_of(long number)
{
	static const struct call *by_number[1024];
	static bool filled;

	if (!filled) {
		for (const struct call *c = calls; c->name != NULL; c++)
			if (c->number >= 0 && c->number < 1024)
				by_number[c->number] = c;
		filled = true;
	}
	return number >= 0 && number < 1024 ? by_number[number] : NULL;
}

bool
call_is(const struct call *call, const char *name)
{
	return call != NULL && (strcmp(call->family, name) == 0 ||
				strcmp(call->name, name) == 0);
}

bool
call_known(const char *name)
{
	for (const struct call *c = calls; c->name != NULL; c++)
		if (call_is(c, name))
			return true;
	return false;
}

/* The number of "EINTR", or 0. */
int
error_number(const char *name)
{
	for (int error = 1; error < 134; error++) {
		const char *known = strerrorname_np(error);

		if (known != NULL && strcmp(known, name) == 0)
			return error;
	}
	return 0;
}

const char *
error_name(int error)
{
	const char *name = strerrorname_np(error);

	return name != NULL ? name : "an error";
}

/* The number of "TERM" or "SIGTERM", or 0. */
int
signal_number(const char *name)
{
	if (strncmp(name, "SIG", 3) == 0)
		name += 3;
	if (isdigit((unsigned char)*name))
		return atoi(name);
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		if (strcmp(signals[i].name, name) == 0)
			return signals[i].number;
	for (int signal = 1; signal < 32; signal++) {
		const char *known = sigabbrev_np(signal);

		if (known != NULL && strcmp(known, name) == 0)
			return signal;
	}
	return 0;
}

const char *
signal_name(int signal)
{
	static char text[24];
	const char *known = signal < 32 ? sigabbrev_np(signal) : NULL;

	if (signal == 0)
		snprintf(text, sizeof(text), "0"); /* whether there is one */
	else if (known != NULL)
		snprintf(text, sizeof(text), "SIG%s", known);
	else if (signal == 34)
		snprintf(text, sizeof(text), "SIGRTMIN");
	else
		snprintf(text, sizeof(text), "SIGRTMIN+%d", signal - 34);
	return text;
}
