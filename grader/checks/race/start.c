/*
 * race, the start: programs that a shell starts together ("./a & ./b &") must
 * all have started before one of them does anything. Otherwise the first may
 * have ended before the second began, and that would count as an order.
 */
#define _GNU_SOURCE
#include "race.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The others have started if the shell sleeps, and each of its other children
 * sleeps or is known: seen so many times in a row, so many microseconds apart.
 */
enum { LOOKS = 5, LOOK_TIME = 4000 };

/* A child of the shell may be busy for long: then look less often. */
enum { LOOKS_MAX = 250 };

static bool
known(pid_t pid)
{
	for (int i = 0; i < race_state->processes; i++)
		if (race_state->process[i].pid == pid)
			return true;
	return false;
}

static bool
busy(pid_t pid)
{
	return strchr("RD", race_state_of(pid)) != NULL;
}

/* True if a child of `parent` is busy and not known. */
static bool
child_to_come(pid_t parent)
{
	char path[64], list[4096];
	long fd, length;
	char *end;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)parent,
		 (int)parent);
	fd = note_syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return false;
	length = note_syscall(SYS_read, fd, list, sizeof(list) - 1);
	note_syscall(SYS_close, fd);
	list[length > 0 ? length : 0] = '\0';
	for (char *p = list;; p = end) {
		pid_t pid = strtol(p, &end, 10);

		if (end == p)
			return false;
		if (!known(pid) && busy(pid))
			return true;
	}
}

void
race_wait_for_others(void)
{
	pid_t parent = getppid();
	int quiet = 0;

	for (int i = 0; i < LOOKS_MAX && quiet < LOOKS; i++) {
		race_nap(LOOK_TIME);
		if (busy(parent) || child_to_come(parent))
			quiet = 0;
		else
			quiet++;
	}
}
