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
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* What is sent to a UNIX socket with one call comes in pieces no smaller than this. */
enum { UNIX_WHOLE = 32768 };

/* What was written, and is not yet read. */
struct piece {
	int event;  /* the write, or the sleep in it */
	int call;   /* the write */
	int to;	    /* the object at which it is read */
	long left;  /* bytes */
	long taken; /* while the write is on its way */
	long type;  /* of a message */
	bool unfinished;
	bool mixed; /* others have written while it slept: in what order? */
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
	int object = object_of(event), to = (int)number(event, "to");

	if (object == NO_OBJECT)
		return NO_OBJECT;
	if (!is_socket(object))
		return object;
	return to >= 0 ? to : objects[object].peer;
}

static struct piece *
add(int event, int to, long bytes)
{
	if ((npieces & (npieces - 1)) == 0) {
		pieces = realloc(pieces,
				 (2 * (size_t)npieces + 1) * sizeof(*pieces));
		if (pieces == NULL)
			err(2, "bytes");
	}
	pieces[npieces] = (struct piece){
		.event = event, .call = event, .to = to, .left = bytes
	};
	for (int i = 0; i < npieces; i++)
		if (pieces[i].to == to && pieces[i].unfinished)
			pieces[i].mixed = pieces[npieces].mixed = true;
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
	/* Whole or not at all: while it sleeps, none of it is there. */
	if (wants <= (is_kind(to, "unix") ? UNIX_WHOLE : PIPE_BUF))
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
		p->call = event;
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
	struct piece *p = add(event, to, bytes);

	p->type = number(event, "type");
	/* Others may have slept in a write, too: who was first? */
	if (slept_since(events[event].who) != NO_EVENT)
		p->mixed = true;
}

/* n bytes of piece i are read. */
static void
take(int event, int i, long n, bool unsure)
{
	struct piece *p = &pieces[i];
	struct arrow *last = narrows > 0 ? &arrows[narrows - 1] : NULL;

	if (last != NULL && last->to == event && last->from == p->event &&
	    last->kind == DATA)
		last->bytes += n;
	else
		(last = arrow_add(DATA, p->event, event, p->to))->bytes = n;
	last->unsure = last->unsure || unsure;
	last->call = p->call;
	p->left -= n;
	p->taken += n;
	if (p->left == 0 && !p->unfinished)
		drop(i);
}

/* Is there an older piece of the same writer? */
static bool
comes_later(int piece)
{
	for (int i = 0; i < piece; i++)
		if (pieces[i].to == pieces[piece].to && pieces[i].left > 0 &&
		    events[pieces[i].event].who ==
			events[pieces[piece].event].who)
			return true;
	return false;
}

/*
 * The oldest piece; but if its bytes are not those that were read, or others were
 * written while it slept, the one whose bytes these are: byte `from` of the read and
 * those that follow. Sets n to how many it has of them, and unsure where the bytes
 * do not tell.
 */
static int
next_piece(int event, int object, long from, long *n, bool *unsure)
{
	int best = -1;
	long most = 0, wanted = *n;
	int candidates = 0;

	*unsure = false;
	for (int i = 0; i < npieces; i++) {
		struct piece *p = &pieces[i];
		long length = p->left < wanted ? p->left : wanted, same;

		if (p->to != object || length <= 0 || comes_later(i))
			continue;
		candidates++;
		same = alike_for(event, from, p->event, p->taken, length);
		if (best == -1 && !p->mixed && (same == -1 || same == length)) {
			*n = length;
			return i;
		}
		if (best == -1 || same > most) {
			*unsure = same <= 0;
			best = i;
			most = same;
		} else if (same == most && p->mixed) {
			*unsure = true;
		}
	}
	if (best == -1)
		return -1;
	/* Of one writer's writes the order is known. */
	if (candidates == 1) {
		*unsure = false;
		most = 0;
	}
	*n = most > 0			  ? most
	     : pieces[best].left < wanted ? pieces[best].left
					  : wanted;
	return best;
}

static void
read_bytes(int event, int object, long bytes)
{
	for (long from = 0; from < bytes;) {
		long n = bytes - from;
		bool unsure;
		int i = next_piece(event, object, from, &n, &unsure);

		if (i == -1)
			return;
		from += n;
		take(event, i, n, unsure);
	}
}

static void
read_message(int event, int object, long bytes)
{
	long type = number(event, "type");
	int first = -1;

	for (int i = 0; i < npieces; i++) {
		long left = pieces[i].left;

		if (pieces[i].to != object)
			continue;
		if (is_kind(object, "queue") && type >= 0 &&
		    pieces[i].type != type)
			continue;
		if (first != -1 && !(is_kind(object, "mq") &&
				     pieces[i].type > pieces[first].type))
			continue;
		/* Of those who waited for room, one that sends something else. */
		if (bytes > 0 && left >= bytes) {
			long same =
			    alike_for(event, 0, pieces[i].event, 0, bytes);

			if (same >= 0 && same < bytes)
				continue;
		} else if (left < bytes) {
			continue;
		}
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
	if (event_is(e, "shutdown") && object_of(e) == theirs)
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
	int object = object_of(event);

	if (object == NO_OBJECT || bytes < 0 || number(event, "peek") == 1)
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
	int object = object_of(event);

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
				  event_is(e, "write") &&
				  number(e, "bytes") > 0 &&
				  object_of(e) == object_of(arrow->call);
		for (int e = 0; e <= arrow->to; e++)
			reads += events[e].who == events[arrow->to].who &&
				 event_is(e, "read") &&
				 number(e, "bytes") > 0 &&
				 object_of(e) == object_of(arrow->to);
		fprintf(out, "%s %d %s %d %ld%s\n",
			lanes[events[arrow->call].who].name, writes,
			lanes[events[arrow->to].who].name, reads, arrow->bytes,
			arrow->unsure ? " unsure" : "");
	}
}
