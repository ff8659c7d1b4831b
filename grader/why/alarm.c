/*
 * The alarm filter: which processes have called alarm(2) or setitimer(2), and
 * whether any of them lets the kernel work on its behalf (io_uring, io_submit).
 *
 * An alarm survives exec and is shown nowhere in /proc, so it must be noticed
 * when it is set. A seccomp filter sends these calls to the supervisor
 * (SECCOMP_RET_USER_NOTIF), which notes until when an alarm may be pending, and
 * lets them go on unchanged. All other calls pass without delay.
 *
 * Only ITIMER_REAL matters: the other timers count CPU time, and a process that
 * sleeps uses none.
 *
 * Work that the kernel was asked to do goes on after the ring's descriptor is
 * closed, and is shown nowhere: after one such call nothing is certain any
 * more.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "why.h"
#include "world.h"

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#define X32_BIT	     0x40000000 /* the same calls, in the x32 variant */
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#define X32_BIT	     0
#else
#error "add the architecture's AUDIT_ARCH_ constant"
#endif

/* Since Linux 5.19: a signal does not disturb a call that is being served. */
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif

/* An alarm is delivered late on a busy machine; this late at most. */
#define SLACK 2

/* More processes than this with alarms: nothing is certain any more. */
enum { ALARMS = 512 };

static const time_t forever = INT64_MAX;

static struct {
	pid_t pid;
	time_t until; /* CLOCK_MONOTONIC, seconds; 0: not armed */
} alarms[ALARMS];
static int known;
static bool installed, uncertain;

/* Reports calls of another architecture too: their numbers differ. */
int
why_alarm_install(int channel)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~X32_BIT),
#ifdef SYS_alarm
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_alarm, 3, 0),
#endif
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_setitimer, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_setup, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof code / sizeof code[0], code };
	unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
	int listener = -1;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) {
		listener = syscall(
		    SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		    flags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &program);
		if (listener == -1 && errno == EINVAL)
			listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
					   flags, &program);
	}
	int cause = errno;

	/* One byte, with the listener when there is one. */
	char space[CMSG_SPACE(sizeof listener)] = "";
	struct iovec byte = { "", 1 };
	struct msghdr message = { .msg_iov = &byte, .msg_iovlen = 1 };
	if (listener != -1) {
		message.msg_control = space;
		message.msg_controllen = sizeof space;
		struct cmsghdr *c = CMSG_FIRSTHDR(&message);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof listener);
		memcpy(CMSG_DATA(c), &listener, sizeof listener);
	}
	ssize_t sent = sendmsg(channel, &message, MSG_NOSIGNAL);
	if (listener != -1)
		close(listener);
	else
		errno = cause;
	return listener == -1 || sent == -1 ? -1 : 0;
}

int
why_alarm_receive(int channel)
{
	int listener = -1;
	char byte, space[CMSG_SPACE(sizeof listener)];
	struct iovec iov = { &byte, 1 };
	struct msghdr message = { .msg_iov = &iov,
				  .msg_iovlen = 1,
				  .msg_control = space,
				  .msg_controllen = sizeof space };
	ssize_t n;

	known = 0;
	installed = uncertain = false;
	do
		n = recvmsg(channel, &message, MSG_CMSG_CLOEXEC);
	while (n == -1 && errno == EINTR);
	struct cmsghdr *c = n == 1 ? CMSG_FIRSTHDR(&message) : NULL;
	if (!c || c->cmsg_type != SCM_RIGHTS)
		return -1;
	memcpy(&listener, CMSG_DATA(c), sizeof listener);
	installed = true;
	return listener;
}

static time_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

/* When does the alarm that this call sets go off at the latest? */
static time_t
armed_until(const struct seccomp_data *call, pid_t pid)
{
	struct itimerval value;

#ifdef SYS_alarm
	if ((call->nr & ~X32_BIT) == SYS_alarm) {
		unsigned seconds = (unsigned)call->args[0];
		return seconds ? now() + seconds + SLACK : 0;
	}
#endif
	if (call->args[1] == 0)
		return 0;
	if (!why_peek(pid, call->args[1], &value, sizeof value))
		return forever;
	if (value.it_value.tv_sec == 0 && value.it_value.tv_usec == 0)
		return 0;
	if (value.it_interval.tv_sec != 0 || value.it_interval.tv_usec != 0 ||
	    value.it_value.tv_sec < 0 || value.it_value.tv_sec > INT32_MAX)
		return forever;
	return now() + value.it_value.tv_sec + 1 + SLACK;
}

static void
note(pid_t pid, time_t until)
{
	int i = 0;

	while (i < known && alarms[i].pid != pid)
		i++;
	if (i == ALARMS) {
		uncertain = true;
		return;
	}
	known += i == known;
	alarms[i].pid = pid;
	alarms[i].until = until;
}

/*
 * The call is noted before it is made: an alarm that is being switched off
 * belongs to a thread that runs, so nothing is concluded meanwhile.
 */
int
why_alarm_serve(int listener)
{
	struct seccomp_notif call;
	char status[4096];
	uint64_t pid;

	memset(&call, 0, sizeof call);
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) == -1)
		return -1;
	bool real = (call.data.nr & ~X32_BIT) != SYS_setitimer ||
		    call.data.args[0] == ITIMER_REAL;
	bool alarm =
	    call.data.nr != SYS_io_uring_setup && call.data.nr != SYS_io_setup;
	if (call.data.arch != ARCHITECTURE || call.data.nr & X32_BIT ||
	    !alarm ||
	    !why_slurp(status, sizeof status, "/proc/%u/status", call.pid) ||
	    !why_field(status, "Tgid:", 10, &pid))
		uncertain = true;
	else if (real)
		note((pid_t)pid, armed_until(&call.data, (pid_t)pid));
	struct seccomp_notif_resp answer = {
		.id = call.id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE
	};
	/* ENOENT: the caller was killed meanwhile. */
	return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) == -1 &&
		       errno != ENOENT
		   ? -1
		   : 0;
}

bool
why_alarm_excluded(pid_t pid)
{
	if (!installed || uncertain)
		return false;
	for (int i = 0; i < known; i++)
		if (alarms[i].pid == pid && alarms[i].until > now())
			return false;
	return true;
}
