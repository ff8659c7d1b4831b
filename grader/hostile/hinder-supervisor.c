/*
 * Limits the descriptors and the processor time of the supervisor, which has
 * the same user where the box has no other, and starves it. Then it leaves an
 * object behind, which must be seen all the same.
 *
 * Lab: hello
 * Expect: LEAK
 * Marks: 10
 * Seconds: 60
 * Open: plain
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/resource.h>
#include <sys/shm.h>
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

static void
hinder(pid_t pid)
{
	static const struct rlimit none = { 0, 0 };
	static const int limits[] = { RLIMIT_NOFILE, RLIMIT_FSIZE, RLIMIT_CPU,
				      RLIMIT_AS };
	const struct sched_param idle = { 0 };
	cpu_set_t cpus;

	for (int i = 0; i < 4; i++)
		if (prlimit(pid, limits[i], &none, NULL) == 0)
			printf("breach: limit %d\n", limits[i]);
	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	if (setpriority(PRIO_PROCESS, (id_t)pid, 19) == 0 ||
	    sched_setscheduler(pid, SCHED_IDLE, &idle) == 0 ||
	    sched_setaffinity(pid, sizeof(cpus), &cpus) == 0)
		printf("breach: priority\n");
}

int
main(void)
{
	if (shmget(IPC_PRIVATE, 4096, 0600) == -1)
		printf("breach: no object\n");
	for (pid_t pid = parent_of(getppid()); pid > 0; pid = parent_of(pid))
		hinder(pid);
	return setpriority(PRIO_USER, 0, 19) == 0 ? 4 : 3;
}
