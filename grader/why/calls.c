/*
 * The system calls that a program may wait in: their names, what they wait
 * for, and whether the wait has a time limit. By name, not by number: the
 * numbers differ between machines, and some calls exist only on x86-64.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "world.h"

#ifndef FUTEX_LOCK_PI2
#define FUTEX_LOCK_PI2 13
#endif

static const struct why_call calls[] = {
	{ SYS_read, "read", WHY_READ },
	{ SYS_readv, "readv", WHY_READ },
	{ SYS_recvfrom, "recv", WHY_READ },
	{ SYS_recvmsg, "recvmsg", WHY_READ },
	{ SYS_recvmmsg, "recvmmsg", WHY_READ },
	{ SYS_write, "write", WHY_WRITE },
	{ SYS_writev, "writev", WHY_WRITE },
	{ SYS_sendto, "send", WHY_WRITE },
	{ SYS_sendmsg, "sendmsg", WHY_WRITE },
	{ SYS_sendmmsg, "sendmmsg", WHY_WRITE },
#ifdef SYS_open
	{ SYS_open, "open", WHY_OPEN },
#endif
	{ SYS_openat, "open", WHY_OPEN },
	{ SYS_openat2, "open", WHY_OPEN },
	{ SYS_accept, "accept", WHY_ACCEPT },
	{ SYS_accept4, "accept", WHY_ACCEPT },
	{ SYS_connect, "connect", WHY_CONNECT },
	{ SYS_wait4, "wait", WHY_CHILD },
	{ SYS_waitid, "waitid", WHY_CHILD },
	{ SYS_futex, "futex", WHY_FUTEX },
	{ SYS_semop, "semop", WHY_SEMOP },
	{ SYS_semtimedop, "semop", WHY_SEMOP },
	{ SYS_msgrcv, "msgrcv", WHY_MSGRCV },
	{ SYS_msgsnd, "msgsnd", WHY_MSGSND },
	{ SYS_mq_timedreceive, "mq_receive", WHY_MQ_RECEIVE },
	{ SYS_mq_timedsend, "mq_send", WHY_MQ_SEND },
	{ SYS_flock, "flock", WHY_FLOCK },
	{ SYS_fcntl, "fcntl", WHY_FCNTL },
#ifdef SYS_poll
	{ SYS_poll, "poll", WHY_POLL },
#endif
	{ SYS_ppoll, "poll", WHY_POLL },
#ifdef SYS_select
	{ SYS_select, "select", WHY_SELECT },
#endif
	{ SYS_pselect6, "select", WHY_SELECT },
#ifdef SYS_epoll_wait
	{ SYS_epoll_wait, "epoll_wait", WHY_EPOLL },
#endif
	{ SYS_epoll_pwait, "epoll_wait", WHY_EPOLL },
#ifdef SYS_epoll_pwait2
	{ SYS_epoll_pwait2, "epoll_wait", WHY_EPOLL },
#endif
#ifdef SYS_pause
	{ SYS_pause, "pause", WHY_PAUSE },
#endif
	{ SYS_rt_sigsuspend, "sigsuspend", WHY_SIGSUSPEND },
	{ SYS_rt_sigtimedwait, "sigwait", WHY_SIGWAIT },
	{ SYS_nanosleep, "nanosleep", WHY_SLEEP },
	{ SYS_clock_nanosleep, "sleep", WHY_SLEEP },
	{ SYS_restart_syscall, "a call resumed after a stop", WHY_OTHER },
	/* Only their names are reported, not what they wait for. */
	{ SYS_splice, "splice", WHY_OTHER },
	{ SYS_tee, "tee", WHY_OTHER },
	{ SYS_vmsplice, "vmsplice", WHY_OTHER },
	{ SYS_sendfile, "sendfile", WHY_OTHER },
	{ SYS_copy_file_range, "copy_file_range", WHY_OTHER },
	/* Those that a loop makes, see loop.c. */
	{ SYS_kill, "kill", WHY_OTHER },
	{ SYS_tgkill, "pthread_kill", WHY_OTHER },
	{ SYS_sched_yield, "sched_yield", WHY_OTHER },
	{ SYS_getpid, "getpid", WHY_OTHER },
	{ SYS_getppid, "getppid", WHY_OTHER },
	{ SYS_lseek, "lseek", WHY_OTHER },
	{ SYS_fstat, "fstat", WHY_OTHER },
	{ SYS_newfstatat, "stat", WHY_OTHER },
	{ SYS_faccessat, "access", WHY_OTHER },
	{ SYS_unlinkat, "unlink", WHY_OTHER },
#ifdef SYS_stat
	{ SYS_stat, "stat", WHY_OTHER },
	{ SYS_access, "access", WHY_OTHER },
	{ SYS_unlink, "unlink", WHY_OTHER },
	{ SYS_fork, "fork", WHY_OTHER },
	{ SYS_mkdir, "mkdir", WHY_OTHER },
#endif
	{ SYS_mkdirat, "mkdir", WHY_OTHER },
	{ SYS_msgget, "msgget", WHY_OTHER },
	{ SYS_msgctl, "msgctl", WHY_OTHER },
	{ SYS_semget, "semget", WHY_OTHER },
	{ SYS_semctl, "semctl", WHY_OTHER },
	{ SYS_shmget, "shmget", WHY_OTHER },
	{ SYS_shmctl, "shmctl", WHY_OTHER },
	{ SYS_shmat, "shmat", WHY_OTHER },
	{ SYS_mq_open, "mq_open", WHY_OTHER },
	{ SYS_rt_sigpending, "sigpending", WHY_OTHER },
	{ SYS_rt_sigprocmask, "sigprocmask", WHY_OTHER },
	{ SYS_socket, "socket", WHY_OTHER },
	{ SYS_close, "close", WHY_OTHER },
	{ SYS_ioctl, "ioctl", WHY_OTHER },
	{ SYS_io_getevents, "io_getevents", WHY_OTHER },
	{ SYS_io_uring_enter, "io_uring_enter", WHY_OTHER },
#ifdef SYS_futex_waitv
	{ SYS_futex_waitv, "futex_waitv", WHY_OTHER },
#endif
#ifdef SYS_vfork
	{ SYS_vfork, "vfork, until its child calls exec or _exit", WHY_OTHER },
#endif
	{ SYS_clone, "clone, until its child calls exec or _exit", WHY_OTHER },
#ifdef SYS_clone3
	{ SYS_clone3, "clone, until its child calls exec or _exit", WHY_OTHER },
#endif
};

/* Where there is no system call pause, the library calls ppoll like this. */
static bool
is_pause(const struct why_thread *t)
{
	return t->call == SYS_ppoll && t->arg[0] == 0 && t->arg[1] == 0 &&
	       t->arg[2] == 0;
}

/* The call that a thread sleeps in, NULL when it is none of these. */
const struct why_call *
why_call_of(const struct why_thread *t)
{
	static const struct why_call as_pause = { SYS_ppoll, "pause",
						  WHY_PAUSE };

	if (!t->in_call)
		return NULL;
	if (is_pause(t))
		return &as_pause;
	for (unsigned i = 0; i < sizeof calls / sizeof calls[0]; i++)
		if (calls[i].number == t->call)
			return &calls[i];
	return NULL;
}

enum why_kind
why_kind_of(const struct why_thread *t)
{
	const struct why_call *call = why_call_of(t);

	return call ? call->kind : WHY_OTHER;
}

/* Does any thread of the process sleep in such a call? */
bool
why_process_is_in(struct why_world *w, int process, enum why_kind kind)
{
	const struct why_process *p = &w->process[process];

	for (int i = 0; i < p->threads; i++)
		if (why_kind_of(&w->thread[p->first_thread + i]) == kind)
			return true;
	return false;
}

static bool
futex_timed(const struct why_thread *t)
{
	switch (t->arg[1] & FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
	case FUTEX_WAIT_BITSET:
	case FUTEX_LOCK_PI:
	case FUTEX_LOCK_PI2:
	case FUTEX_WAIT_REQUEUE_PI:
		return t->arg[3] != 0;
	}
	return true;
}

/*
 * May the call end by time alone? Where the call is not known to be without
 * limit, the answer is yes. A limit of a socket (SO_RCVTIMEO) is not seen
 * here: see asleep.c.
 */
bool
why_timed(const struct why_thread *t)
{
	switch (why_kind_of(t)) {
	case WHY_READ:
		return t->call == SYS_recvmmsg && t->arg[4] != 0;
	case WHY_FUTEX:
		return futex_timed(t);
	case WHY_SEMOP:
		return t->call == SYS_semtimedop && t->arg[3] != 0;
	case WHY_MQ_RECEIVE:
	case WHY_MQ_SEND:
		return t->arg[4] != 0;
	case WHY_FCNTL:
		return t->arg[1] != F_SETLKW && t->arg[1] != F_OFD_SETLKW;
	case WHY_POLL:
		if (t->call == SYS_ppoll)
			return t->arg[2] != 0;
		return (int)t->arg[2] >= 0;
	case WHY_SELECT:
		return t->arg[4] != 0;
	case WHY_EPOLL:
#ifdef SYS_epoll_pwait2
		if (t->call == SYS_epoll_pwait2)
			return t->arg[3] != 0;
#endif
		return (int)t->arg[3] >= 0;
	case WHY_SIGWAIT:
		return t->arg[2] != 0;
	case WHY_SLEEP:
	case WHY_OTHER:
		return true;
	default:
		return false;
	}
}
