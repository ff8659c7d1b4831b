/*
 * Traces whoever stands above the scenario's shell, and reads and writes
 * memory, descriptors and environment there.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 10
 * Seconds: 60
 * Open: plain
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* The parent of a process, 0 if there is none to be seen. */
static pid_t
parent_of(pid_t pid)
{
	char path[64], line[256];
	int parent = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	FILE *file = fopen(path, "r");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "PPid: %d", &parent) == 1)
			break;
	if (file != NULL)
		fclose(file);
	return parent;
}

int main(void);

static void
look_into(pid_t pid)
{
	static const char *const files[] = { "mem",  "environ",	 "maps",
					     "fd/0", "fd/3",	 "fd/4",
					     "fd/5", "root/tmp", "cwd/tmp" };
	char path[64], byte;
	struct iovec here = { &byte, 1 }, there = { main, 1 };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "/proc/%d/%s", pid, files[i]);
		if (open(path, O_RDONLY) != -1)
			printf("breach: opened %s\n", files[i]);
	}
	if (process_vm_readv(pid, &here, 1, &there, 1, 0) == 1 ||
	    process_vm_writev(pid, &here, 1, &there, 1, 0) == 1)
		printf("breach: its memory\n");
	if (ptrace(PTRACE_SEIZE, pid, 0, 0) == 0)
		printf("breach: traced it\n");
	int handle = (int)syscall(SYS_pidfd_open, pid, 0);
	if (handle != -1 && syscall(SYS_pidfd_getfd, handle, 1, 0) != -1)
		printf("breach: a descriptor of it\n");
}

int
main(void)
{
	for (pid_t pid = parent_of(getppid()); pid > 0; pid = parent_of(pid))
		look_into(pid);
	return 3;
}
