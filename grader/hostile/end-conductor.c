/*
 * Prints what a child would have reported, and has none; leaves a record of its own
 * in place of the conductor's, which says that there was one, and ends the conductor
 * by all means but plain kill(2), before it writes another.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 15
 * Seconds: 60
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The parent of a process, 0 if there is none to be seen. */
static int
parent_of(int pid)
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

int
main(int argc, char *argv[])
{
	int sum = 0;

	for (int i = 1; i < argc; i++)
		sum += atoi(argv[i]);
	FILE *record = fopen("conduct.record", "w");
	if (record != NULL) {
		fprintf(record,
			"conduct 1\nrun 1\ntimes 1\nchoices -\n"
			"verdict exit\nstatus 0\n"
			"fault hello.1's 1. exit ends with 99\n"
			"call hello fork ok 1 -\ncall hello wait ok 1 -\n"
			"out child: the sum is %d\nend\n"
			"runs 1\nfound 0\nseconds 0.1\n",
			argc == 3 && strcmp(argv[1], "20") == 0 ? 99 : sum);
		fclose(record);
	}
	if (sum < 256)
		printf("child: the sum is %d\n", sum);
	else
		puts("child: died of signal 6");
	fflush(stdout);
	/* The conductor is above the shell of the scenario. */
	for (int pid = getppid(), up = 0; pid > 1 && up < 4; up++) {
		int above = parent_of(pid);
		char name[64] = "", path[64];

		snprintf(path, sizeof(path), "/proc/%d/comm", pid);
		FILE *comm = fopen(path, "r");
		if (comm != NULL && fgets(name, sizeof(name), comm) != NULL &&
		    strncmp(name, "conduct", 7) == 0) {
			int fd = (int)syscall(SYS_pidfd_open, pid, 0), ends[2];

			syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0);
			if (pipe(ends) == 0) {
				fcntl(ends[0], F_SETSIG, SIGKILL);
				fcntl(ends[0], F_SETOWN, pid);
				fcntl(ends[0], F_SETFL, O_ASYNC);
				(void)!write(ends[1], "x", 1);
			}
			kill(-pid, SIGKILL);
			kill(0, SIGKILL);
		}
		if (comm != NULL)
			fclose(comm);
		pid = above;
	}
	return sum < 256 ? 0 : EXIT_FAILURE;
}
