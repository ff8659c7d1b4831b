/*
 * What a scenario reads in /proc about those whom we hold. To the kernel they are
 * "tracing stop", wherever they stand; here they are what they would be without
 * us: stopped (T), or running, on the way to their next call.
 */
#define _GNU_SOURCE
#include "conduct.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROOM = 512 };

/* Whom, and which file of theirs, t has as `fd`; NULL if it is none of ours. */
static struct tracee *
about(const struct tracee *t, int fd, char file[16])
{
	char path[64], link[128];
	ssize_t n;
	int pid;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", t->tid, fd);
	n = readlink(path, link, sizeof(link) - 1);
	link[n > 0 ? n : 0] = '\0';
	if (sscanf(link, "/proc/%d/%15s", &pid, file) != 2)
		return NULL;
	return tracee_of(pid);
}

/*
 * t has read `*result` bytes: puts right what they say of the state of somebody
 * whom we hold.
 */
void
proc_read(struct tracee *t, long *result)
{
	static const char running[] = "running\n";
	size_t size = *result > ROOM - 1 ? ROOM - 1 : (size_t)*result;
	char text[ROOM], file[16], shown, *at;
	struct tracee *whom;

	if (*result <= 0 || (whom = about(t, (int)t->args[0], file)) == NULL ||
	    (whom->state != READY && whom->state != HALTED) ||
	    !memory_read(t->tid, t->args[1], text, size))
		return;
	text[size] = '\0';
	shown = whom->state == HALTED ? 'T' : 'R';
	if (strcmp(file, "stat") == 0 && (at = strrchr(text, ')')) != NULL) {
		at += 2;
	} else if (strcmp(file, "status") == 0 &&
		   (at = strstr(text, "State:\t")) != NULL) {
		at += strlen("State:\t");
	} else if (strcmp(file, "syscall") == 0 && whom->state == READY &&
		   *result >= (long)sizeof(running) - 1) {
		memory_write(t->tid, t->args[1], running, sizeof(running) - 1);
		*result = sizeof(running) - 1;
		arch_result(t->tid, *result, false);
		return;
	} else {
		return;
	}
	if (at < text + size && *at == 't')
		memory_write(t->tid, t->args[1] + (uint64_t)(at - text), &shown,
			     1);
}
