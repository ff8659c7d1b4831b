/*
 * Which programs of the lab run without the checkers that are to be preloaded
 * into them. What a program says of itself is no evidence; what it has mapped
 * is: one that has the C library, but not the checker that is always there, has
 * started itself anew without them. (One that is linked statically has neither,
 * and does not say that it is there.)
 */
#define _GNU_SOURCE
#include "box.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	KNOWN = 512,  /* processes that need no second look */
	NAMED = 16,   /* programs that are reported */
	LINES = 4000, /* of a list of mappings: no program needs as many */
};

/* A process, and the image in it: an exec moves the stack. */
static struct {
	pid_t pid;
	unsigned long stack;
} known[KNOWN];

static int
has_checkers(const struct box *box)
{
	for (int i = 0; i < box->nenv; i++)
		if (strncmp(box->env[i], "CHECKERS=", 9) == 0)
			return box->env[i][9] != '\0';
	return 0;
}

static unsigned long
stack_of(pid_t pid)
{
	char path[64], text[1024];
	unsigned long stack = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return 0;
	size_t n = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[n] = '\0';
	char *rest = strrchr(text, ')'); /* behind the name: field 2 */
	for (int i = 2; rest != NULL && i < 28; i++)
		rest = strchr(rest + 1, ' ');
	if (rest != NULL)
		stack = strtoul(rest, NULL, 10);
	return stack;
}

/* 1: it has the checkers; 0: it has not; -1: it has no C library (yet). */
static int
is_watched(pid_t pid)
{
	char path[64], *line = NULL;
	size_t size = 0;
	int answer = -1, lines = 0;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	FILE *file = fopen(path, "re");
	while (file != NULL && getline(&line, &size, file) > 0) {
		if (strstr(line, "/tools/exits.so") != NULL) {
			answer = 1;
			break;
		}
		if (strstr(line, "/libc.so") != NULL ||
		    strstr(line, "/libc-") != NULL)
			answer = 0;
		if (++lines == LINES) {
			answer = 0;
			break;
		}
	}
	free(line);
	if (file != NULL)
		fclose(file);
	return answer;
}

/* Reports a program, the first time that it is met. */
static void
report(const struct box *box, const char *name)
{
	static char named[NAMED][64];
	int i = 0;

	while (i < NAMED && named[i][0] != '\0' &&
	       strncmp(named[i], name, sizeof(named[i]) - 1) != 0)
		i++;
	if (i == NAMED || named[i][0] != '\0')
		return;
	snprintf(named[i], sizeof(named[i]), "%s", name);
	fprintf(box->report, "unwatched ");
	for (const char *c = named[i]; *c != '\0'; c++)
		fputc(isprint((unsigned char)*c) ? *c : '?', box->report);
	fputc('\n', box->report);
}

/* Looks at the processes that are new, or have a new image. */
void
watched_look(const struct box *box, const pid_t *pids, int npids)
{
	char folder[512], exe[512], path[64];

	if (!has_checkers(box))
		return;
	rootfs_path(box, "lab/", folder, sizeof(folder));
	for (int i = 0; i < npids; i++) {
		unsigned at = (unsigned)pids[i] % KNOWN;
		unsigned long stack = stack_of(pids[i]);

		if (stack == 0 ||
		    (known[at].pid == pids[i] && known[at].stack == stack))
			continue;
		snprintf(path, sizeof(path), "/proc/%d/exe", pids[i]);
		ssize_t n = readlink(path, exe, sizeof(exe) - 1);
		if (n == -1)
			continue;
		exe[n] = '\0';
		int watched = 1;
		if (strncmp(exe, folder, strlen(folder)) == 0)
			watched = is_watched(pids[i]);
		/* It may have gone on to another program meanwhile. */
		if (watched == -1 || stack_of(pids[i]) != stack)
			continue;
		if (!watched)
			report(box, exe + strlen(folder));
		known[at].pid = pids[i];
		known[at].stack = stack;
	}
}
