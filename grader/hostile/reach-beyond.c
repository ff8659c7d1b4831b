/*
 * Calls that no lab needs, and of which the machine has one supply for all boxes,
 * or that lead out of the box.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 10
 * Seconds: 60
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static void
tried(const char *what, long result)
{
	if (result != -1)
		printf("breach: %s\n", what);
}

int
main(void)
{
	struct sock_filter pass = { BPF_RET | BPF_K, 0, 0, 0xffff };
	struct sock_fprog program = { 1, &pass };
	struct io_uring_params ring = { .flags = 0 };
	union bpf_attr map = { .map_type = BPF_MAP_TYPE_ARRAY,
			       .key_size = 4,
			       .value_size = 4,
			       .max_entries = 1 };
	struct perf_event_attr event = { .type = PERF_TYPE_SOFTWARE,
					 .size = sizeof(event),
					 .exclude_kernel = 1 };
	unsigned long context = 0;
	int pair[2], s = socket(AF_INET, SOCK_STREAM, 0);

	tried("bpf", syscall(SYS_bpf, BPF_MAP_CREATE, &map, sizeof(map)));
	tried("perf", syscall(SYS_perf_event_open, &event, 0, -1, -1, 0));
	tried("aio", syscall(SYS_io_setup, 1000, &context));
	tried("io_uring", syscall(SYS_io_uring_setup, 8, &ring));
	tried("userfaultfd", syscall(SYS_userfaultfd, UFFD_USER_MODE_ONLY));
	tried("memfd_secret", syscall(447, 0));
	tried("filter", setsockopt(s, SOL_SOCKET, SO_ATTACH_FILTER, &program,
				   sizeof(program)));
	tried("vsock", socket(AF_VSOCK, SOCK_STREAM, 0));
	tried("crypto", socket(AF_ALG, SOCK_SEQPACKET, 0));
	if (pipe(pair) == 0)
		tried("large pipe", fcntl(pair[1], F_SETPIPE_SZ, 1 << 20));
	tried("namespace",
	      syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
	return 3;
}
