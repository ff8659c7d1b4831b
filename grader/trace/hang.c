/*
 * The last moment of a run that hangs: for each process that waits, an arrow to
 * each that it waits for. What grader/why says of it follows, in its own words.
 */
#define _GNU_SOURCE
#include "draw.h"

#include <string.h>

enum { FIRST_OWN = 3 }; /* descriptor: those below are the standard ones */

bool
hangs(void)
{
	return strcmp(verdict, "deadlock") == 0 ||
	       strcmp(verdict, "alone") == 0 || strcmp(verdict, "left") == 0 ||
	       strcmp(verdict, "limit") == 0;
}

/* The sleep in which it is. */
static int
last_sleep(int who)
{
	int last = NO_EVENT;

	for (int e = 0; e < nevents; e++)
		if (events[e].who == who && !event_is(e, "stuck"))
			last = event_is(e, "sleep") ? e : NO_EVENT;
	return last;
}

static struct row *
waits_row(int event, int who, int whom, const char *words)
{
	struct row *row = row_add(event, who);

	row->mark = NOTHING;
	row->waits = true;
	row->last = nevents - 1;
	if (whom != NOBODY && whom != who) {
		row->from = who;
		row->to = whom;
		row->who = NOBODY;
		snprintf(row->label, sizeof(row->label), "waits for");
	}
	snprintf(row->words, sizeof(row->words), "%s", words);
	return row;
}

/* The end that would have to move, or be closed, for this call to return. */
static const char *
other_end(int sleep)
{
	const char *call = field(sleep, "call");

	if (strncmp(call, "read", 4) == 0 || strncmp(call, "recv", 4) == 0)
		return "w";
	if (strncmp(call, "write", 5) == 0 || strncmp(call, "send", 4) == 0)
		return "r";
	return NULL;
}

/* The descriptor under which a process has that end. */
static int
descriptor(int event, int object, const char *end)
{
	const char *files = field(event, "open");
	int fd, of, n;
	char ends[4];

	while (sscanf(files, "%d:%d:%3[rw]%n", &fd, &of, ends, &n) == 3) {
		if (of == object && strstr(ends, end) != NULL)
			return fd;
		if (files[n] == '\0')
			break;
		files += n + 1;
	}
	return -1;
}

/* Those who have the other end. */
static bool
for_holders(int stuck, int sleep)
{
	const char *end = other_end(sleep);
	int object = object_of(sleep), who = events[stuck].who;
	char words[WORDS_BYTES];
	bool any = false;

	if (end == NULL || object < 0 || object >= nobjects)
		return false;
	if (objects[object].peer != NO_OBJECT) {
		object = objects[object].peer;
		end = "";
	}
	for (int e = 0; e < nevents; e++) {
		struct row *row;
		bool own;
		int fd;

		if (!event_is(e, "stuck") ||
		    (fd = descriptor(e, object, end)) == -1)
			continue;
		own = events[e].who == who;
		snprintf(words, sizeof(words), "%s %.80s; %s end %s (%d)",
			 field(sleep, "call"), name_of(object_of(sleep)),
			 strcmp(end, "w") == 0	 ? "write"
			 : strcmp(end, "r") == 0 ? "read"
						 : "other",
			 own ? "is its own" : "here", fd);
		row = waits_row(stuck, who, events[e].who, words);
		row->bad = own || fd >= FIRST_OWN;
		any = true;
	}
	return any;
}

static bool
for_children(int stuck, int sleep)
{
	int who = events[stuck].who, child = (int)number(sleep, "child");
	bool any = false;

	if (strcmp(field(sleep, "call"), "wait") != 0)
		return false;
	for (int l = 0; l < nlanes; l++) {
		if (lanes[l].from != who || lanes[l].dead != NO_EVENT ||
		    lanes[l].thread || (child >= 0 && l != child))
			continue;
		waits_row(stuck, who, l, "wait for its end");
		any = true;
	}
	return any;
}

void
hang_rows(void)
{
	struct row *head = row_add(nevents - 1, NOBODY);

	head->mark = NOTHING;
	head->head = true;
	snprintf(head->words, sizeof(head->words), "%s",
		 strcmp(verdict, "limit") == 0 ? "Time is up. The last moment:"
		 : strcmp(verdict, "left") == 0
		     ? "The first has ended, and left behind:"
		     : "Nothing can go on. Who waits for whom:");
	for (int e = 0; e < nevents; e++) {
		int sleep;

		if (!event_is(e, "stuck"))
			continue;
		sleep = last_sleep(events[e].who);
		if (sleep != NO_EVENT &&
		    (for_holders(e, sleep) || for_children(e, sleep)))
			continue;
		waits_row(e, events[e].who, NOBODY,
			  sleep != NO_EVENT ? field(e, "what") : "runs");
	}
}
