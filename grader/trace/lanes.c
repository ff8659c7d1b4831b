/*
 * Which processes are shown. The shell of a run starts others that have nothing to
 * do with anybody (rm, mkdir): they would only take room.
 */
#define _GNU_SOURCE
#include "draw.h"

#include <stdlib.h>
#include <string.h>

/* Has it to do with others, but for its parent? */
static bool
takes_part(int lane)
{
	static const char *const deeds[] = { "read",	   "write",   "pipe",
					     "open",	   "connect", "map",
					     "socketpair", "get",     NULL };

	for (int l = 0; l < nlanes; l++)
		if (lanes[l].from == lane)
			return true;
	for (int e = 0; e < nevents; e++) {
		int object = object_of(e);

		if (events[e].who != lane)
			continue;
		if (event_is(e, "stuck"))
			return true;
		for (int i = 0; deeds[i] != NULL; i++)
			if (event_is(e, deeds[i]) && object >= 0 &&
			    !objects[object].outside && !objects[object].hidden)
				return true;
	}
	for (int a = 0; a < narrows; a++) {
		int from = events[arrows[a].from].who;
		int to = events[arrows[a].to].who;

		if ((from == lane || to == lane) && from != to &&
		    arrows[a].kind != FORK && arrows[a].kind != ENDED &&
		    strcmp(field(arrows[a].to, "sig"), "SIGCHLD") != 0)
			return true;
	}
	return false;
}

/* "shell.2" for a child of the shell's that has not become a program */
static const char *
name_of_shell(const char *name)
{
	char *new;

	return asprintf(&new, "shell%s", name + strlen("scenario")) == -1 ? name
									  : new;
}

/* A FIFO that only the shell uses, as the words of a scenario do. */
static void
hide_of_shell(void)
{
	for (int o = 0; o < nobjects; o++) {
		bool shell = false, others = false;

		for (int e = 0; e < nevents; e++)
			if (events[e].who >= 0 && object_of(e) == o &&
			    (event_is(e, "read") || event_is(e, "write") ||
			     event_is(e, "open"))) {
				if (lanes[events[e].who].shell)
					shell = true;
				else
					others = true;
			}
		if (shell && !others && strcmp(objects[o].kind, "fifo") == 0)
			objects[o].hidden = true;
	}
}

void
lanes_choose(void)
{
	hide_of_shell();
	for (int l = 0; l < nlanes; l++) {
		const int from = lanes[l].from;

		lanes[l].idle = from >= 0 && lanes[from].shell &&
				!lanes[l].shell && !takes_part(l);
		if (lanes[l].shell)
			lanes[l].name = name_of_shell(lanes[l].name);
	}
}
