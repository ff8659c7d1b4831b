/*
 * Which events are shown.
 */
#define _GNU_SOURCE
#include "draw.h"

#include <string.h>

static bool
among(int event, const char *const names[])
{
	for (; *names != NULL; names++)
		if (event_is(event, *names))
			return true;
	return false;
}

/* Is it on an object of the run's own? */
bool
inside(int event)
{
	int object = object_of(event);

	return object == NO_OBJECT ||
	       (!objects[object].outside && !objects[object].hidden);
}

static bool
has_exited(int event)
{
	for (int e = event - 1; e >= 0 && e > event - 8; e--)
		if (events[e].who == events[event].who)
			return event_is(e, "exit");
	return false;
}

/* The C library asks a name server of its own, and closes the socket again. */
static bool
of_library(int event)
{
	for (int e = event; e >= 0; e--) {
		if (events[e].who != events[event].who)
			continue;
		if (event_is(e, "connect"))
			return strstr(field(e, "name"), "/nscd/") != NULL &&
			       (e == event || in_files(field(event, "open"),
						       object_of(e), ""));
		if (e != event)
			return false;
	}
	return false;
}

/* A write that has slept is shown where it fell asleep. */
static bool
has_slept(int event)
{
	for (int e = event - 1; e >= 0; e--)
		if (events[e].who == events[event].who && !event_is(e, "go"))
			return event_is(e, "sleep") && number(e, "wants") > 0;
	return false;
}

/* A connect that sends nothing, as those of the C library that asks for a route. */
static bool
is_udp(int event)
{
	int object = object_of(event);

	return object >= 0 && strcmp(objects[object].kind, "udp") == 0;
}

/* The shell is told of every end of a child. */
bool
is_of_shell(int event)
{
	return lanes[events[event].who].shell &&
	       strcmp(field(event, "sig"), "SIGCHLD") == 0;
}

bool
is_shown(int e)
{
	static const char *const shown[] = {
		"exit", "pipe",	  "socketpair", "open", "read",	 "write",
		"kill", "semop",  "semset",	"map",	"unmap", "timer",
		"get",	"accept", "shutdown",	"dup",	NULL,
	};
	char words[WORDS_BYTES];

	if (!inside(e))
		return false;
	if (event_is(e, "exec"))
		return strcmp(field(e, "name"), "scenario") != 0;
	if (event_is(e, "close") || event_is(e, "dup")) {
		words_of(e, words, sizeof(words));
		if (strcmp(words, "close ") == 0)
			return false;
	}
	if (event_is(e, "write") && number(e, "bytes") > 0 && has_slept(e))
		return false;
	if (event_is(e, "dead"))
		return !has_exited(e);
	if (event_is(e, "signal"))
		return strcmp(field(e, "does"), "ignored") != 0 &&
		       !is_of_shell(e);
	if (event_is(e, "connect") || event_is(e, "close"))
		return !of_library(e) && !(event_is(e, "connect") && is_udp(e));
	if (event_is(e, "sleep")) /* a write that others read before it ends */
		return number(e, "wants") > 0;
	if (event_is(e, "kill") && *field(e, "to") == '\0')
		return false;
	return among(e, shown);
}

bool
is_small(int event)
{
	static const char *const small[] = { "close", "dup", "pipe",  "open",
					     "exec",  "map", "unmap", "timer",
					     "get",   NULL };

	return among(event, small);
}
