/*
 * What the scenario may not call: that with which it could hinder its supervisor,
 * and that of which the kernel keeps one quota, or memory in no counter, for all
 * boxes. grader/README.md lists it for people.
 */
#define _GNU_SOURCE
#include "box.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE  AUDIT_ARCH_X86_64
#define OTHER_VARIANT 0x40000000 /* from here on: the x32 variant's calls */
#elif defined(__aarch64__)
#define ARCHITECTURE  AUDIT_ARCH_AARCH64
#define OTHER_VARIANT 0xffffffff
#else
#error "add the architecture's AUDIT_ARCH_ constant"
#endif

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif

enum {
	SUPERVISOR = 1,	    /* its process id, with namespaces */
	PIPE_BYTES = 65536, /* the usual size of a pipe, and the largest */
	NEW_NAMESPACES = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET |
			 CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS |
			 CLONE_NEWCGROUP,
	CODE_MAX = 256,
};

/* No lab needs these, and what they use is counted for no box: it is the
 * machine's, or the user's. */
static const int forbidden[] = {
	SYS_bpf,
	SYS_perf_event_open,
	SYS_userfaultfd,
	SYS_memfd_secret,
	/* work that goes on in the kernel, and past this filter */
	SYS_io_setup,
	SYS_io_uring_setup,
	SYS_io_uring_enter,
	SYS_io_uring_register,
	/* keys stay with the user id, for the next submission */
	SYS_keyctl,
	SYS_add_key,
	SYS_request_key,
	/* other namespaces, other roots */
	SYS_unshare,
	SYS_setns,
	SYS_mount,
	SYS_umount2,
	SYS_pivot_root,
	SYS_open_tree,
	SYS_move_mount,
	SYS_fsopen,
	SYS_fspick,
	SYS_fsmount,
	SYS_mount_setattr,
	SYS_fanotify_init,
	SYS_quotactl,
};

/* Of SOL_SOCKET: compiled filters, of which there is so much room for the whole
 * machine. */
static const int forbidden_options[] = {
	SO_ATTACH_FILTER,
	SO_ATTACH_BPF,
	SO_ATTACH_REUSEPORT_CBPF,
	SO_ATTACH_REUSEPORT_EBPF,
};

/* Others reach beyond the box (AF_VSOCK), or keep memory in the kernel. */
static const int families[] = { AF_UNIX, AF_INET, AF_INET6, AF_NETLINK };

/* The low half of an argument; both architectures keep it first. */
#define FIELD(name)  (offsetof(struct seccomp_data, name))
#define ARGUMENT(n)  FIELD(args[n])
#define REFUSE(with) (SECCOMP_RET_ERRNO | (with))

static struct sock_filter code[CODE_MAX];
static unsigned short used;

static void
add(unsigned short what, unsigned value, unsigned char yes, unsigned char no)
{
	if (used < CODE_MAX)
		code[used++] = (struct sock_filter){ what, yes, no, value };
}

static void
load(size_t field)
{
	add(BPF_LD | BPF_W | BPF_ABS, (unsigned)field, 0, 0);
}

static void
answer(unsigned with)
{
	add(BPF_RET | BPF_K, with, 0, 0);
}

/* Answers so where what is loaded is `value`. */
static void
answer_if(unsigned value, unsigned with)
{
	add(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
	answer(with);
}

/*
 * Begins what is about the call `number` alone; returns where it begins. What is
 * in between must end in an answer: what comes after has the number loaded.
 */
static unsigned short
begin_call(unsigned number)
{
	add(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 0);
	return used;
}

static void
end_call(unsigned short begin)
{
	answer(SECCOMP_RET_ALLOW);
	code[begin - 1].jf = (unsigned char)(used - begin);
}

static void
forbid_arguments(void)
{
	unsigned short call = begin_call(SYS_setsockopt);

	load(ARGUMENT(1));
	add(BPF_JMP | BPF_JEQ | BPF_K, SOL_SOCKET, 1, 0);
	answer(SECCOMP_RET_ALLOW);
	load(ARGUMENT(2));
	for (size_t i = 0; i < sizeof(forbidden_options) / sizeof(int); i++)
		answer_if((unsigned)forbidden_options[i], REFUSE(EPERM));
	end_call(call);

	for (int i = 0; i < 2; i++) {
		call = begin_call(i == 0 ? SYS_socket : SYS_socketpair);
		load(ARGUMENT(0));
		for (size_t k = 0; k < sizeof(families) / sizeof(int); k++)
			answer_if((unsigned)families[k], SECCOMP_RET_ALLOW);
		answer(REFUSE(EAFNOSUPPORT));
		end_call(call);
	}

	call = begin_call(SYS_fcntl);
	load(ARGUMENT(1));
	add(BPF_JMP | BPF_JEQ | BPF_K, F_SETPIPE_SZ, 1, 0);
	answer(SECCOMP_RET_ALLOW);
	load(ARGUMENT(2));
	add(BPF_JMP | BPF_JGT | BPF_K, PIPE_BYTES, 0, 1);
	answer(REFUSE(EPERM));
	end_call(call);

	call = begin_call(SYS_clone);
	load(ARGUMENT(0));
	add(BPF_JMP | BPF_JSET | BPF_K, NEW_NAMESPACES, 0, 1);
	answer(REFUSE(EPERM));
	end_call(call);
	/* Its flags are in memory, out of sight: the C library takes clone. */
	answer_if(SYS_clone3, REFUSE(ENOSYS));
}

/* Where the supervisor is process 1, and may have the scenario's user. */
static void
forbid_hindering(void)
{
	static const int calls[] = {
		SYS_prlimit64,		SYS_sched_setaffinity,
		SYS_sched_setscheduler, SYS_sched_setparam,
		SYS_sched_setattr,
	};
	unsigned short call;

	for (size_t i = 0; i < sizeof(calls) / sizeof(int); i++) {
		call = begin_call((unsigned)calls[i]);
		load(ARGUMENT(0));
		answer_if(SUPERVISOR, REFUSE(EPERM));
		end_call(call);
	}
	call = begin_call(SYS_setpriority);
	load(ARGUMENT(0));
	/* A group or a user would mean the supervisor, too. */
	add(BPF_JMP | BPF_JEQ | BPF_K, PRIO_PROCESS, 1, 0);
	answer(REFUSE(EPERM));
	load(ARGUMENT(1));
	answer_if(SUPERVISOR, REFUSE(EPERM));
	end_call(call);
}

/*
 * Refuses these calls, and all calls of other architectures, whose numbers
 * differ. Needs no_new_privs. Returns 0, or -1 with errno set.
 */
int
forbid_calls(const struct box *box)
{
	used = 0;
	load(FIELD(arch));
	add(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
	answer(REFUSE(ENOSYS));
	load(FIELD(nr));
	add(BPF_JMP | BPF_JGE | BPF_K, OTHER_VARIANT, 0, 1);
	answer(REFUSE(ENOSYS));
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(int); i++)
		answer_if((unsigned)forbidden[i], REFUSE(EPERM));
	forbid_arguments();
	if (level_has_namespaces(box->level))
		forbid_hindering();
	answer(SECCOMP_RET_ALLOW);

	struct sock_fprog program = { used, code };

	if (used == CODE_MAX) {
		errno = E2BIG;
		return -1;
	}
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0UL,
			    &program);
}
