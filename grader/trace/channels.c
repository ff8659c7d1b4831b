/*
 * Which bytes came from which write. What a pipe, a FIFO or a stream socket holds
 * is read in the order in which it was written: a write has put bytes [a, b), a
 * read takes [c, d), and an arrow joins the two where these overlap. A message
 * comes whole: the oldest; of a System V queue the oldest of its type, of a POSIX
 * queue the oldest of its priority.
 *
 * A write that finds no room sleeps, and part of its bytes is read before it
 * returns. While it sleeps, others may write into the same pipe: in which order
 * their bytes lie there nobody can tell, and the arrow says that it is not sure.
 */
#define _GNU_SOURCE
#include "draw.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

/* What was written, and is not yet read. */
struct piece {
	int event;   /* the write, or the sleep in it */
	int to;	     /* the object at which it is read */
	long left;   /* bytes */
	long taken;  /* while the write is on its way */
	long type;   /* of a message */
	bool unfinished;
};
static struct piece *pieces;
static int npieces;

static bool
is_kind(int object, const char *kind)
{
	return strcmp(objects[object].kind, kind) == 0;
}

static bool
is_stream(int object)
{
	return is_kind(object, "pipe") || is_kind(object, "fifo") ||
	       is_kind(object, "unix") || is_kind(object, "tcp");
}

static bool
is_socket(int object)
{
	return is_kind(object, "unix") || is_kind(object, "tcp") ||
	       is_kind(object, "datagram") || is_kind(object, "packet") ||
	       is_kind(object, "udp");
}

/* Where it is read what an event writes to its object. */
static int
destination(int event)
{
	int object = (int)number(event, "obj"), to = (int)number(event, "to");

	if (object < 0 || object >= nobjects)
		return NO_OBJECT;
	if (!is_socket(object))
		return object;
	return to >= 0 ? to : objects[object].peer;
}

static struct piece *
add(int event, int to, long bytes)
{
	if ((npieces & (npieces - 1)) == 0) {
		pieces = realloc(pieces, (2 * (size_t)npieces + 1) *
					     sizeof(*pieces));
		if (pieces == NULL)
			err(2, "bytes");
	}
	pieces[npieces] = (struct piece){ .event = event,
					  .to = to,
					  .left = bytes };
	return &pieces[npieces++];
}

static void
drop(int i)
{
	memmove(&pieces[i], &pieces[i + 1],
		(size_t)(--npieces - i) * sizeof(*pieces));
}

/* A write that sleeps has put some of its bytes, or will. */
void
channel_sleep(int event)
{
	long wants = number(event, "wants");
	int to = destination(event);

	if (wants <= 0 || to == NO_OBJECT || !is_stream(to))
		return;
	for (int i = 0; i < npieces; i++)
		if (pieces[i].unfinished && pieces[i].to == to &&
		    events[pieces[i].event].who == events[event].who)
			return;
	add(event, to, wants)->unfinished = true;
}

/* The write that has slept returns: what it has put is known now. */
static bool
finished(int event, int to, long bytes)
{
	for (int i = 0; i < npieces; i++) {
		struct piece *p = &pieces[i];

		if (!p->unfinished || p->to != to ||
		    events[p->event].who != events[event].who)
			continue;
		for (int a = 0; a < narrows; a++)
			if (arrows[a].from == p->event)
				arrows[a].call = event;
		p->unfinished = false;
		p->left = (bytes > 0 ? bytes : 0) - p->taken;
		if (p->left <= 0)
			drop(i);
		return true;
	}
	return false;
}

void
channel_write(int event)
{
	long bytes = number(event, "bytes");
	int to = destination(event);

	if (to == NO_OBJECT || (is_stream(to) && finished(event, to, bytes)) ||
	    bytes < 0 || (bytes == 0 && is_stream(to)))
		return;
	add(event, to, bytes)->type = number(event, "type");
}

/*
 * Are there bytes of another write behind those of one that is unfinished, up to
 * piece i? In what order they lie there is not known.
 */
static bool
mixed(int object, int i)
{
	bool unfinished = false;

	for (int k = 0; k < npieces; k++) {
		if (pieces[k].to != object)
			continue;
		if (unfinished)
			return true;
		unfinished = pieces[k].unfinished;
		if (!unfinished && k >= i)
			return false;
	}
	return false;
}

static void
read_bytes(int event, int object, long bytes)
{
	for (int i = 0; i < npieces && bytes > 0;) {
		struct piece *p = &pieces[i];
		struct arrow *arrow;
		long n;

		if (p->to != object) {
			i++;
			continue;
		}
		n = p->left < bytes ? p->left : bytes;
		arrow = arrow_add(DATA, p->event, event, object);
		arrow->bytes = n;
		arrow->unsure = mixed(object, i);
		p->left -= n;
		p->taken += n;
		bytes -= n;
		if (p->left == 0 && !p->unfinished)
			drop(i);
		else
			i++;
	}
}

static void
read_message(int event, int object, long bytes)
{
	long type = number(event, "type");
	int first = -1;

	for (int i = 0; i < npieces; i++) {
		if (pieces[i].to != object)
			continue;
		if (is_kind(object, "queue") && type >= 0 &&
		    pieces[i].type != type)
			continue;
		if (first == -1 || (is_kind(object, "mq") &&
				    pieces[i].type > pieces[first].type))
			first = i;
	}
	if (first == -1)
		return;
	arrow_add(DATA, pieces[first].event, event, object)->bytes = bytes;
	drop(first);
}

/* All that was added since the last read comes at once. */
static void
read_counter(int event, int object)
{
	for (int i = 0; i < npieces;) {
		if (pieces[i].to != object) {
			i++;
			continue;
		}
		arrow_add(DATA, pieces[i].event, event, object)->bytes = 8;
		drop(i);
	}
}

/* Whether somebody has given up his end of `object` here. */
static bool
gives_up(int e, int object)
{
	const int peer = objects[object].peer;
	const int theirs = peer != NO_OBJECT ? peer : object;

	if (event_is(e, "exec") || event_is(e, "dead"))
		return true;
	if (event_is(e, "shutdown") && number(e, "obj") == theirs)
		return true;
	return (event_is(e, "close") || event_is(e, "exit")) &&
	       in_files(field(e, "open"), theirs, "w");
}

static void
read_end(int event, int object)
{
	int from = last_of_others(event, slept_since(events[event].who),
				  gives_up, object);

	/* A process gives up what it has when it ends: show it there. */
	if (from != NO_EVENT && event_is(from, "dead"))
		for (int e = from; e > from - 4 && e > 0; e--)
			if (events[e].who == events[from].who &&
			    event_is(e, "exit"))
				from = e;
	if (from != NO_EVENT)
		arrow_add(END_OF_FILE, from, event, object);
}

void
channel_read(int event)
{
	long bytes = number(event, "bytes");
	int object = (int)number(event, "obj");

	if (object < 0 || object >= nobjects || bytes < 0 ||
	    number(event, "peek") == 1)
		return;
	if (is_stream(object) && bytes == 0)
		read_end(event, object);
	else if (is_stream(object))
		read_bytes(event, object, bytes);
	else if (is_kind(object, "eventfd"))
		read_counter(event, object);
	else
		read_message(event, object, bytes);
}

/* When nobody has a FIFO open, what was in it is gone. */
void
channel_open(int event)
{
	int object = (int)number(event, "obj");

	if (object < 0 || number(event, "held") != 0)
		return;
	for (int i = npieces - 1; i >= 0; i--)
		if (pieces[i].to == object && !pieces[i].unfinished)
			drop(i);
}

/*
 * A line for each transfer: the writer and which of its writes to this object
 * that was, the reader and which of its reads, and how many bytes.
 */
void
matches_print(FILE *out)
{
	for (int a = 0; a < narrows; a++) {
		const struct arrow *arrow = &arrows[a];
		int writes = 0, reads = 0;

		if (arrow->kind != DATA)
			continue;
		for (int e = 0; e <= arrow->call; e++)
			writes += events[e].who == events[arrow->call].who &&
				  event_is(e, "write") && number(e, "bytes") > 0 &&
				  number(e, "obj") == number(arrow->call, "obj");
		for (int e = 0; e <= arrow->to; e++)
			reads += events[e].who == events[arrow->to].who &&
				 event_is(e, "read") && number(e, "bytes") > 0 &&
				 number(e, "obj") == number(arrow->to, "obj");
		fprintf(out, "%s %d %s %d %ld%s\n",
			lanes[events[arrow->call].who].name, writes,
			lanes[events[arrow->to].who].name, reads, arrow->bytes,
			arrow->unsure ? " unsure" : "");
	}
}
