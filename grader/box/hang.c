/*
 * Judges that a scenario hangs, long before its time is up, and reports why.
 * What one look at the processes shows, and what it means, is in ../why.
 */
#define _GNU_SOURCE
#include "../why/why.h"
#include "box.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	DEADLOCK_MS = 300, /* nothing has changed for so long: nothing will */
	POLLS = 20, /* and the shell has looked so often for what it awaits */
};

/* Whether the scenario's shell is in an await_... call (see lib/run.sh). */
static int
is_awaiting(const struct box *box)
{
	char path[512];

	rootfs_path(box, "log/awaiting", path, sizeof(path));
	return access(path, F_OK) == 0;
}

/* The scenario's shell: where the conductor runs it, the conductor's child. */
static pid_t
shell_of(pid_t scenario)
{
	char path[64], text[32] = "";
	pid_t child = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", scenario);
	file = fopen(path, "re");
	if (file == NULL)
		return scenario;
	if (fgets(text, sizeof(text), file) == NULL)
		text[0] = '\0';
	fclose(file);
	if (strcmp(text, WHY_CONDUCTOR "\n") != 0)
		return scenario;
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", scenario,
		 scenario);
	file = fopen(path, "re");
	if (file == NULL)
		return scenario;
	if (fscanf(file, "%d", &child) != 1)
		child = scenario;
	fclose(file);
	return child;
}

/*
 * How often the scenario's shell has gone to sleep so far. In an await_... call
 * that is how often it has polled.
 */
static long
polls_of(pid_t shell)
{
	char path[64], line[128];
	long n = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", shell);
	FILE *file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "voluntary_ctxt_switches: %ld", &n) == 1)
			break;
	if (file != NULL)
		fclose(file);
	return n;
}

/* What the last look showed, and since when every look has shown the same. */
static struct {
	long since_ms; /* -1: something moved */
	uint64_t fingerprint;
	enum why_answer answer;
	int awaiting; /* the shell, in an await_... call */
	long polls;   /* of the shell, before that */
} seen = { .since_ms = -1 };

/*
 * Looks at the scenario at the time `now_ms`, as the supervisor does at every
 * tick. Returns NULL while something can still change; "hang" once all have
 * slept for DEADLOCK_MS, each waiting for another; "alone" if only the shell is
 * left, awaiting what nobody can bring about any more.
 */
const char *
hang_verdict(const struct box *box, pid_t scenario, long now_ms)
{
	uint64_t fingerprint = 0;
	int awaiting = is_awaiting(box);
	pid_t shell = shell_of(scenario);
	enum why_answer answer =
	    why_asleep(getpid(), shell, awaiting, &fingerprint);

	if (answer == WHY_AWAKE) {
		seen.since_ms = -1;
		return NULL;
	}
	if (seen.since_ms == -1 || fingerprint != seen.fingerprint ||
	    answer != seen.answer || awaiting != seen.awaiting) {
		seen.since_ms = now_ms;
		seen.fingerprint = fingerprint;
		seen.answer = answer;
		seen.awaiting = awaiting;
		seen.polls = polls_of(shell);
		return NULL;
	}
	if (now_ms - seen.since_ms < DEADLOCK_MS ||
	    (awaiting && polls_of(shell) - seen.polls < POLLS))
		return NULL;
	return answer == WHY_ALONE ? "alone" : "hang";
}

/* Writes into the report why the processes of the scenario hang. */
void
hang_report(const struct box *box, pid_t scenario)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return;
	why_explain(out, getpid(), shell_of(scenario), is_awaiting(box));
	fclose(out);
	for (char *save, *line = strtok_r(text, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save))
		fprintf(box->report, "why %s\n", line);
	free(text);
}
