/*
 * no_fork.c - executes a program that cannot fork, but can start threads.
 *
 *	no_fork PROGRAM [ARG...]
 *
 * A limit of the number of processes (ulimit -u) would count the threads, too.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
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

#define LOAD(field)  BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (field))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, (what))
#define UNLESS(number, next) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, (next))

int
main(int argc, char **argv)
{
	struct sock_filter code[] = {
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
		LOAD(offsetof(struct seccomp_data, args[FLAGS]) + LOW),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_VM, 1, 0),
		RETURN(SECCOMP_RET_ERRNO | EAGAIN),
		RETURN(SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { sizeof(code) / sizeof(*code), code };

	if (argc < 2)
		errx(2, "usage: no_fork PROGRAM [ARG...]");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == -1)
		err(2, "seccomp");
	execvp(argv[1], argv + 1);
	err(2, "%s", argv[1]);
}
