/*
 * Calls with which a scenario could hinder its supervisor: limit its
 * descriptors or processor time, or starve it. The kernel asks only for the
 * same user id, and where the box has no other to give, the two share one.
 */
#define _GNU_SOURCE
#include "box.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
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

enum { SUPERVISOR = 1 }; /* its process id, with namespaces */

/* The low half of an argument; both architectures keep it first. */
#define WORD(field)  BPF_STMT(BPF_LD | BPF_W | BPF_ABS, field)
#define ARGUMENT(n)  WORD(offsetof(struct seccomp_data, args[n]))
#define REFUSE(with) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (with))
#define ALLOW	     BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define IF(test, value, yes, no) \
	BPF_JUMP(BPF_JMP | (test) | BPF_K, value, yes, no)

/*
 * Refuses these calls where they are about the supervisor, and all calls of
 * other architectures, whose numbers differ. Needs no_new_privs. Returns 0, or
 * -1 with errno set.
 */
int
forbid_calls(void)
{
	struct sock_filter code[] = {
		WORD(offsetof(struct seccomp_data, arch)),
		IF(BPF_JEQ, ARCHITECTURE, 1, 0),
		REFUSE(ENOSYS),
		WORD(offsetof(struct seccomp_data, nr)),
		IF(BPF_JGE, OTHER_VARIANT, 0, 1),
		REFUSE(ENOSYS),
		IF(BPF_JEQ, SYS_setpriority, 6, 0),
		IF(BPF_JEQ, SYS_prlimit64, 9, 0),
		IF(BPF_JEQ, SYS_sched_setaffinity, 8, 0),
		IF(BPF_JEQ, SYS_sched_setscheduler, 7, 0),
		IF(BPF_JEQ, SYS_sched_setparam, 6, 0),
		IF(BPF_JEQ, SYS_sched_setattr, 5, 0),
		ALLOW,
		/* setpriority: a group or a user would mean the supervisor too */
		ARGUMENT(0),
		IF(BPF_JEQ, PRIO_PROCESS, 0, 4),
		ARGUMENT(1),
		IF(BPF_JA, 1, 0, 0),
		/* the others: a process */
		ARGUMENT(0),
		IF(BPF_JEQ, SUPERVISOR, 0, 1),
		REFUSE(EPERM),
		ALLOW,
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0UL,
			    &program);
}
