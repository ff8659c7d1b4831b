/*
 * At which calls a program stops: at all but the quiet ones, for the kernel
 * looks at the filter much faster than a stop takes.
 */
#define _GNU_SOURCE
#include "conduct.h"
#include "old_calls.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "add the architecture: arch_NAME.c, and its AUDIT_ARCH_ constant here"
#endif

enum { ROOM = 256 };

static struct sock_filter code[ROOM];
static unsigned short used;

static void
add(struct sock_filter instruction)
{
	if (used < ROOM)
		code[used++] = instruction;
}

#define LOAD(field) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(value) BPF_STMT(BPF_RET | BPF_K, value)

/* Limits, priorities and processors of the conductor, our parent, stay as they are. */
static void
refuse_hindering(void)
{
	static const int hindering[] = {
		SYS_prlimit64,		SYS_setpriority,
		SYS_sched_setaffinity,	SYS_sched_setattr,
		SYS_sched_setscheduler, SYS_sched_setparam
	};

	for (size_t i = 0; i < sizeof(hindering) / sizeof(int); i++) {
		size_t who = hindering[i] == SYS_setpriority
				 ? offsetof(struct seccomp_data, args[1])
				 : offsetof(struct seccomp_data, args[0]);

		add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
						 (unsigned)hindering[i], 0, 4));
		add((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						 (unsigned)who));
		add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
						 (unsigned)getppid(), 0, 1));
		add((struct sock_filter)RETURN(SECCOMP_RET_ERRNO | EPERM));
		add((struct sock_filter)LOAD(nr));
	}
}

/*
 * For the calling process and all that it starts. The calls of another
 * architecture, with numbers of their own, do not exist. Ends the process if
 * the kernel refuses.
 */
void
filter_install(void)
{
	add((struct sock_filter)LOAD(arch));
	add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
					 ARCHITECTURE, 1, 0));
	add((struct sock_filter)RETURN(SECCOMP_RET_ERRNO | ENOSYS));
	add((struct sock_filter)LOAD(nr));
	refuse_hindering();
	for (size_t i = 0; quiet_calls[i] != -1; i++) {
		const struct call *call = call_of(quiet_calls[i]);

		if (quiet_calls[i] < 0 ||
		    (call != NULL && inject_names(call->family)))
			continue;
		add((struct sock_filter)BPF_JUMP(
		    BPF_JMP | BPF_JEQ | BPF_K, (unsigned)quiet_calls[i], 0, 1));
		add((struct sock_filter)RETURN(SECCOMP_RET_ALLOW));
	}
	/* Memory that nobody else sees is nobody else's business. */
	if (!inject_names("mmap") && !options.each_usual) {
		add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
						 SYS_mmap, 0, 3));
		add((struct sock_filter)LOAD(args[3]));
		add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K,
						 MAP_SHARED, 1, 0));
		add((struct sock_filter)RETURN(SECCOMP_RET_ALLOW));
	}
	add((struct sock_filter)RETURN(SECCOMP_RET_TRACE));
	struct sock_fprog program = { used, code };

	if (used == ROOM || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == -1)
		_exit(REFUSED);
}
