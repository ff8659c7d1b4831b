/*
 * The last moment of a run that hangs: what each process sleeps in, what it has
 * open, and why all of that leads nowhere, as a hang report says it (grader/why).
 */
#define _GNU_SOURCE
#include "../why/why.h"
#include "events.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
print_why(void)
{
	const pid_t shell = tracees[0].scenario ? tracees[0].tid : 0;
	char *text = NULL, *line, *rest;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (to == NULL)
		return;
	why_explain(to, getpid(), shell, 0);
	fclose(to);
	for (line = strtok_r(text, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest))
		event(NULL, "why", "text=%s", line);
	free(text);
}

/* Before we end anybody. What follows is no part of the run. */
void
stuck_print(void)
{
	char open[1000], what[200];
	static bool printed;

	if (options.events == NULL || printed)
		return;
	printed = true;
	event(NULL, "verdict", "word=%s", verdict_names[run.verdict]);
	if (run.verdict != DEADLOCK && run.verdict != ALONE &&
	    run.verdict != LIMIT && run.verdict != LEFT)
		return;
	for (struct tracee *t = tracees; t < tracees + ntracees; t++) {
		if (t->state == DEAD)
			continue;
		identity_files(t, 0, INT_MAX, open, sizeof(open));
		if (t->state == HALTED)
			snprintf(what, sizeof(what), "stopped by a signal");
		else
			describe_call(t, what, sizeof(what));
		event(t, "stuck", "what=%s\topen=%s", what, open);
	}
	if (run.verdict == DEADLOCK || run.verdict == LEFT)
		print_why();
	events_end();
}
