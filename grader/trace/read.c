/*
 * Reads the events of a run.
 */
#define _GNU_SOURCE
#include "draw.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

enum { TROUBLE = 2 };

struct event *events;
struct object *objects;
struct lane *lanes;
int nevents, nobjects, nlanes;
const char *verdict = "";

/* Makes room for element n of an array of so many bytes each, all zero. */
static void *
room(void *array, int n, size_t size)
{
	/* At each power of two there may be none left. */
	if (n != 0 && (n & (n - 1)) != 0)
		return array;
	array = realloc(array, (n == 0 ? 1 : 2 * (size_t)n) * size);
	if (array == NULL)
		err(TROUBLE, "events");
	memset((char *)array + (size_t)n * size, 0,
	       (n == 0 ? 1 : (size_t)n) * size);
	return array;
}

/* "" if the event has no such field. */
const char *
field(int event, const char *name)
{
	const struct event *e = &events[event];

	for (int i = 0; i < e->nfields; i++)
		if (strcmp(e->field[i].name, name) == 0)
			return e->field[i].value;
	return "";
}

/* -1 if it has no such field. */
long
number(int event, const char *name)
{
	const char *value = field(event, name);

	return *value == '\0' ? -1 : atol(value);
}

/* NO_OBJECT if it names none, or one that the record has not introduced. */
int
object_of(int event)
{
	long object = number(event, "obj");

	return object >= 0 && object < nobjects ? (int)object : NO_OBJECT;
}

bool
event_is(int event, const char *what)
{
	return strcmp(events[event].what, what) == 0;
}

/* Is `object` among "FD:OBJECT:END,...", with an end that has this letter? */
bool
in_files(const char *files, int object, const char *end)
{
	int fd, of, n;
	char ends[4];

	for (; sscanf(files, "%d:%d:%3[rw]%n", &fd, &of, ends, &n) == 3;
	     files += n + (files[n] == ',')) {
		if (of == object && strstr(ends, end) != NULL)
			return true;
		if (files[n] == '\0')
			break;
	}
	return false;
}

static void
add_object(int event)
{
	objects = room(objects, nobjects, sizeof(*objects));
	objects[nobjects].kind = field(event, "kind");
	objects[nobjects].name = field(event, "name");
	objects[nobjects].peer = NO_OBJECT;
	objects[nobjects++].hidden =
	    strcmp(field(event, "kind"), "memory") == 0 ||
	    strcmp(field(event, "kind"), "signalfd") == 0 ||
	    strcmp(field(event, "kind"), "other") == 0 ||
	    strcmp(field(event, "name"), "a socket of the shell's") == 0;
}

static void
add_lane(int event)
{
	while (nlanes <= events[event].who) {
		lanes = room(lanes, nlanes, sizeof(*lanes));
		lanes[nlanes].from = NOBODY;
		lanes[nlanes].name = "?";
		lanes[nlanes].born = lanes[nlanes].dead = NO_EVENT;
		nlanes++;
	}
	struct lane *l = &lanes[events[event].who];

	if (event_is(event, "start")) {
		l->from = (int)number(event, "from");
		l->thread = strcmp(field(event, "kind"), "thread") == 0;
		l->born = event;
	}
	if (event_is(event, "start") || event_is(event, "exec"))
		l->name = field(event, "name");
	l->shell = strncmp(l->name, "scenario", 8) == 0;
	if (event_is(event, "dead"))
		l->dead = event;
}

/* The first program has what the caller gave it: that leads out of the run. */
static void
note_outside(int event)
{
	for (int o = 0; o < nobjects; o++)
		if (in_files(field(event, "open"), o, ""))
			objects[o].outside = true;
}

static void
note_facts(int event)
{
	const struct event *e = &events[event];
	int a = (int)number(event, "a"), b = (int)number(event, "b");

	if (event_is(event, "object")) {
		add_object(event);
	} else if (event_is(event, "pair") && a >= 0 && b >= 0 &&
		   a < nobjects && b < nobjects) {
		objects[a].peer = b;
		if (strcmp(objects[b].kind, "datagram") != 0 ||
		    objects[b].peer == NO_OBJECT)
			objects[b].peer = a;
	} else if (event_is(event, "verdict")) {
		verdict = field(event, "word");
	} else if (event_is(event, "map") && object_of(event) != NO_OBJECT &&
		   strchr(field(event, "may"), 'w') != NULL) {
		objects[object_of(event)].hidden = false;
	}
	if (e->who >= 0)
		add_lane(event);
	if (e->who == 0 && event_is(event, "exec"))
		for (int i = 0;; i++) {
			/* All programs that it was before count as the start. */
			if (i == event) {
				note_outside(event);
				break;
			}
			if (events[i].who > 0 || event_is(i, "pipe") ||
			    event_is(i, "open"))
				break;
		}
}

void
events_read(FILE *in)
{
	char *line = NULL, *rest, *part;
	size_t size = 0;
	ssize_t length;

	if ((length = getline(&line, &size, in)) == -1 ||
	    strncmp(line, "trace 1", 7) != 0)
		errx(TROUBLE, "this is not a file of events");
	while ((length = getline(&line, &size, in)) > 0) {
		struct event *e;

		line[length - 1] = '\0';
		events = room(events, nevents, sizeof(*events));
		e = &events[nevents];
		rest = strdup(line);
		part = strsep(&rest, "\t");
		e->who = *part == '-' ? NOBODY : atoi(part);
		e->what = rest != NULL ? strsep(&rest, "\t") : "";
		while (e->nfields < FIELDS_MAX &&
		       (part = strsep(&rest, "\t")) != NULL) {
			char *value = strchr(part, '=');

			if (value == NULL)
				continue;
			*value = '\0';
			e->field[e->nfields].name = part;
			e->field[e->nfields++].value = value + 1;
		}
		if (e->who >= 100000)
			errx(TROUBLE, "this is not a file of events");
		note_facts(nevents++);
	}
	free(line);
}
