/*
 * Writes to the settings of the kernel, and to those of processes.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 10
 * Seconds: 60
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int
main(void)
{
	static const char *const files[] = {
		"/proc/sys/kernel/core_pattern",
		"/proc/sys/kernel/shmmax",
		"/proc/sys/kernel/sem",
		"/proc/sys/kernel/hostname",
		"/proc/sys/kernel/pid_max",
		"/proc/sys/fs/mqueue/msg_max",
		"/proc/sys/net/ipv4/ip_forward",
		"/proc/sys/vm/drop_caches",
		"/proc/sys/user/max_user_namespaces",
		"/proc/sysrq-trigger",
		"/proc/1/oom_score_adj",
		"/proc/1/comm",
		"/proc/1/clear_refs",
		"/etc/passwd",
		"/usr/bin/bash",
		"/bin/x",
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (open(files[i], O_WRONLY) != -1)
			printf("breach: %s\n", files[i]);
	return 3;
}
