/*
 * Which event of one process brought about which of another. What happened is
 * known in its order: the conductor lets one process go on at a time, so what
 * ends a sleep was done by the one that went on last.
 */
#define _GNU_SOURCE
#include "draw.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

struct arrow *arrows;
int narrows;

static int *asleep; /* for each lane, the event since which it sleeps */

struct arrow *
arrow_add(enum arrow_kind kind, int from, int to, int object)
{
	if ((narrows & (narrows - 1)) == 0) {
		arrows = realloc(arrows,
				 (2 * (size_t)narrows + 1) * sizeof(*arrows));
		if (arrows == NULL)
			err(2, "arrows");
	}
	arrows[narrows] = (struct arrow){ .kind = kind,
					  .from = from,
					  .to = to,
					  .call = from,
					  .object = object };
	return &arrows[narrows++];
}

/* The event at which it fell asleep, or NO_EVENT. */
int
slept_since(int who)
{
	return asleep[who];
}

/* The last event before this one, after `since`, of somebody else's. */
int
last_of_others(int event, int since, bool (*is_it)(int event, int object),
	       int object)
{
	for (int e = event - 1; e > since && since >= 0; e--)
		if (events[e].who != events[event].who && events[e].who >= 0 &&
		    is_it(e, object))
			return e;
	return NO_EVENT;
}

static int
leader(int who)
{
	while (who >= 0 && lanes[who].thread)
		who = lanes[who].from;
	return who;
}

/* ---- signals that are sent and have not come yet */

static struct sent {
	int event, to, value;
	const char *signal;
} * sent;
static int nsent;

/* Only signals from SIGRTMIN on are queued: of others, one waits. */
static bool
waits_already(const char *signal, int to)
{
	if (strncmp(signal, "SIGRT", 5) == 0)
		return false;
	for (int i = 0; i < nsent; i++)
		if (sent[i].to == to && strcmp(sent[i].signal, signal) == 0)
			return true;
	return false;
}

static void
send_signal(int event)
{
	const char *to = field(event, "to"), *signal = field(event, "sig");
	int who, n;

	for (;
	     number(event, "result") == 0 && sscanf(to, "%d%n", &who, &n) == 1;
	     to += n + (to[n] == ',')) {
		if (who >= 0 && who < nlanes &&
		    waits_already(signal, leader(who))) {
			events[event].lost = true;
		} else if (who >= 0 && who < nlanes) {
			sent =
			    realloc(sent, (size_t)(nsent + 1) * sizeof(*sent));
			if (sent == NULL)
				err(2, "signals");
			sent[nsent++] =
			    (struct sent){ event, leader(who),
					   (int)number(event, "value"),
					   signal };
		}
		if (to[n] == '\0')
			break;
	}
}

/* The kill that has sent `signal` to `who`, or NO_EVENT. */
static int
taken(const char *signal, int who, int from, int value)
{
	for (int i = 0; i < nsent; i++) {
		int event = sent[i].event;

		if (sent[i].to != who || strcmp(sent[i].signal, signal) != 0 ||
		    (from >= 0 && leader(events[event].who) != leader(from)) ||
		    (value != 0 && sent[i].value != value))
			continue;
		memmove(&sent[i], &sent[i + 1],
			(size_t)(--nsent - i) * sizeof(*sent));
		return event;
	}
	return NO_EVENT;
}

static void
signal_comes(int event)
{
	const char *signal = field(event, "sig");
	int from = (int)number(event, "from"), who = events[event].who, kill;

	if (strcmp(signal, "SIGCHLD") == 0 && from >= 0) {
		if (strcmp(field(event, "does"), "ignored") != 0 &&
		    lanes[from].dead != NO_EVENT && lanes[from].dead < event)
			arrow_add(SIGNAL, lanes[from].dead, event, NO_OBJECT);
		return;
	}
	kill = taken(signal, leader(who), from, (int)number(event, "value"));
	if (kill != NO_EVENT)
		arrow_add(SIGNAL, kill, event, NO_OBJECT);
}

/* SIGKILL comes without a word. */
static void
dies(int event)
{
	const char *signal = field(event, "signal");
	int kill;

	if (strcmp(signal, "SIGKILL") != 0)
		return;
	kill = taken(signal, leader(events[event].who), NOBODY, 0);
	if (kill != NO_EVENT)
		arrow_add(SIGNAL, kill, event, NO_OBJECT);
}

/* ---- who was woken, and by whom */

static bool
frees(int e, int object)
{
	return ((event_is(e, "semop") && number(e, "result") == 0) ||
		event_is(e, "semset")) &&
	       object_of(e) == object;
}

static bool
wakes(int e, int object)
{
	return event_is(e, "wake") && object_of(e) == object;
}

static bool
opens(int e, int object)
{
	return event_is(e, "open") && object_of(e) == object;
}

static bool
thread_ends(int e, int object)
{
	(void)object;
	return event_is(e, "dead") && lanes[events[e].who].thread;
}

/* A sleep has ended: an arrow from what ended it. */
static void
woken(int event, enum arrow_kind kind, bool (*by)(int event, int object))
{
	int object = object_of(event);
	int from =
	    last_of_others(event, slept_since(events[event].who), by, object);

	if (from != NO_EVENT)
		arrow_add(kind, from, event, object);
}

static void
waited(int event)
{
	int child = (int)number(event, "child");

	if (child >= 0 && child < nlanes && lanes[child].dead != NO_EVENT &&
	    lanes[child].dead < event)
		arrow_add(ENDED, lanes[child].dead, event, NO_OBJECT);
}

/* The connection that has been accepted: from the connect, if it came before. */
static void
accepted(int event)
{
	int new = (int)number(event, "new");
	int peer = new >= 0 ? objects[new].peer : NO_OBJECT;

	for (int e = event - 1; peer >= 0 && e >= 0; e--)
		if (event_is(e, "connect") && object_of(e) == peer) {
			arrow_add(JOINS, e, event, new);
			return;
		}
}

static void
event_match(int e)
{
	if (event_is(e, "start"))
		arrow_add(FORK, e, e, NO_OBJECT);
	else if (event_is(e, "write"))
		channel_write(e);
	else if (event_is(e, "read"))
		channel_read(e);
	else if (event_is(e, "kill"))
		send_signal(e);
	else if (event_is(e, "signal"))
		signal_comes(e);
	else if (event_is(e, "dead"))
		dies(e);
	else if (event_is(e, "wait"))
		waited(e);
	else if (event_is(e, "semop"))
		woken(e, WAKE, frees);
	else if (event_is(e, "accept"))
		accepted(e);
	else if (event_is(e, "woken") && number(e, "result") == 0) {
		int before = narrows;

		woken(e, WAKE, wakes);
		if (narrows == before)
			woken(e, ENDED, thread_ends);
	} else if (event_is(e, "open")) {
		channel_open(e);
		woken(e, JOINS, opens);
	}
}

void
match(void)
{
	asleep = calloc((size_t)nlanes + 1, sizeof(*asleep));
	if (asleep == NULL)
		err(2, "lanes");
	for (int i = 0; i < nlanes; i++)
		asleep[i] = NO_EVENT;
	for (int e = 0; e < nevents; e++) {
		int who = events[e].who;

		if (who < 0)
			continue;
		if (event_is(e, "sleep")) {
			asleep[who] = e;
			channel_sleep(e);
			continue;
		}
		event_match(e);
		/* "go" says that a call has come back; what it brought is next. */
		if (!event_is(e, "go"))
			asleep[who] = NO_EVENT;
	}
}

/* Whether each lane sleeps just before this event. */
void
states_at(int event, enum state *state)
{
	static int next;
	static enum state *now;

	if (now == NULL || event < next) {
		free(now);
		now = calloc((size_t)nlanes + 1, sizeof(*now));
		if (now == NULL)
			err(2, "lanes");
		next = 0;
	}
	for (; next < event; next++) {
		int who = events[next].who;

		if (who < 0 || event_is(next, "stuck"))
			continue;
		now[who] = event_is(next, "dead")    ? GONE
			   : event_is(next, "sleep") ? BLOCKED
						     : RUNS;
	}
	memcpy(state, now, (size_t)nlanes * sizeof(*state));
}
