/*
 * What is shown, a row each, in the order in which it happened. An arrow takes one
 * row if what it brings about comes at once; otherwise where it leaves is
 * numbered, and the arrow is where it arrives, with that number.
 */
#define _GNU_SOURCE
#include "draw.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

enum { JOINED_MAX = 34 }; /* characters of words in one row */

struct row *rows;
int nrows;

static int room;    /* rows that there is memory for */
static int *row_of; /* for each event */
static int numbers;

/* Others instead: as many as there is room for. */
void
rows_replace(struct row *others, int n)
{
	free(rows);
	rows = others;
	nrows = room = n;
}

struct row *
row_add(int event, int who)
{
	int first = event;

	if (nrows == room) {
		room = 2 * room + 64;
		rows = realloc(rows, (size_t)room * sizeof(*rows));
		if (rows == NULL)
			err(2, "rows");
	}
	/* With what woke it: until then it has waited. */
	if (event > 0 && event_is(event - 1, "go") &&
	    events[event - 1].who == events[event].who)
		first = event - 1;
	rows[nrows] = (struct row){
		.first = first,
		.last = event,
		.who = who,
		.from = NOBODY,
		.to = NOBODY,
		.object = NO_OBJECT,
		.source = NO_EVENT,
		.times = 1,
	};
	return &rows[nrows++];
}

static void
plain_row(int e)
{
	struct row *last = nrows > 0 ? &rows[nrows - 1] : NULL, *row;
	int who = events[e].who;
	char words[WORDS_BYTES];
	bool bad;

	words_of(e, words, sizeof(words));
	if (event_is(e, "sleep"))
		snprintf(words, sizeof(words), "write %s, which is full",
			 name_of(object_of(e)));
	bad = strstr(words, "; left open: ") != NULL ||
	      strstr(words, "; still has ") != NULL;
	if (last != NULL && last->joinable && last->who == who && !bad &&
	    is_small(e) && strlen(last->words) + strlen(words) < JOINED_MAX) {
		strcat(last->words, ", ");
		strcat(last->words, words);
		last->joined = true;
		last->last = e;
		row_of[e] = nrows - 1;
		return;
	}
	row = row_add(e, who);
	snprintf(row->words, sizeof(row->words), "%s", words);
	row->mark = event_is(e, "exit") || event_is(e, "dead") ? ENDS : ACTS;
	row->object = object_of(e);
	row->joinable = is_small(e) && !bad;
	row->bad = bad;
	if (event_is(e, "write") || event_is(e, "read"))
		row->bytes = number(e, "bytes");
	if (event_is(e, "sleep"))
		row->bytes = number(e, "wants");
	row_of[e] = nrows - 1;
}

/* The end of a process is shown where it called exit. */
static void
note_end(int event)
{
	for (int e = event - 1; e >= 0; e--) {
		if (events[e].who != events[event].who)
			continue;
		if (event_is(e, "exit") && row_of[e] >= 0) {
			row_of[event] = row_of[e];
			rows[row_of[e]].last = event;
		}
		return;
	}
}

static void
label(struct row *row, const struct arrow *arrow)
{
	static const char *const labels[] = { "fork", "",     "EOF", "",
					      "wake", "exit", "open" };

	if (arrow->kind == DATA)
		bytes_in_words(row->bytes, row->label, sizeof(row->label));
	else if (arrow->kind == SIGNAL)
		snprintf(row->label, sizeof(row->label), "%s",
			 *field(arrow->to, "sig") != '\0'
			     ? field(arrow->to, "sig")
			     : field(arrow->to, "signal"));
	else if (arrow->kind == FORK && lanes[events[arrow->to].who].thread)
		snprintf(row->label, sizeof(row->label), "thread");
	else if (event_is(arrow->to, "accept"))
		snprintf(row->label, sizeof(row->label), "connect");
	else
		snprintf(row->label, sizeof(row->label), "%s",
			 labels[arrow->kind]);
}

/* May what leaves in this row, and arrives now, be one row? */
static bool
at_once(int source, const struct arrow *arrow)
{
	const struct row *row = source >= 0 ? &rows[source] : NULL;

	if (source != nrows - 1 || row == NULL || row->from != NOBODY ||
	    row->number != 0 || row->bad || row->joined ||
	    row->inside != OUTSIDE || event_is(arrow->from, "sleep"))
		return false;
	return arrow->kind != DATA ||
	       arrow->bytes >= number(arrow->from, "bytes");
}

static void
say_arrival(struct row *row, const struct arrow *arrow)
{
	const int e = arrow->to;
	char words[WORDS_BYTES];

	words_of(e, words, sizeof(words));
	row->words[0] = '\0';
	if (arrow->kind == DATA) {
		const char *in = name_of(arrow->object);
		const char *out = name_of(object_of(arrow->from));
		const char *with = field(e, "with");

		snprintf(row->words, sizeof(row->words), "%s", out);
		if (strcmp(in, out) != 0)
			snprintf(row->words, sizeof(row->words),
				 "%.80s to %.80s", out, in);
		if (number(e, "type") > 0)
			snprintf(row->words + strlen(row->words), 40,
				 ", type %.20s", field(e, "type"));
		if (*with != '\0')
			snprintf(row->words + strlen(row->words), 100,
				 " with %.80s", with);
	} else if (arrow->kind == SIGNAL) {
		const char *space = strchr(words, ' ');

		snprintf(row->words, sizeof(row->words), "%s",
			 space != NULL ? space + 1 : words);
	} else if (arrow->kind == ENDED && event_is(e, "wait")) {
		const int child = events[arrow->from].who;
		const char *signal = field(arrow->from, "signal");

		snprintf(row->words, sizeof(row->words), "%.60s: %s%.20s",
			 lanes[child].name, *signal != '\0' ? "" : "exit ",
			 *signal != '\0' ? signal
					 : field(arrow->from, "status"));
	} else if (arrow->kind == END_OF_FILE) {
		snprintf(row->words, sizeof(row->words), "%s",
			 name_of(arrow->object));
	} else if (arrow->kind != FORK) {
		snprintf(row->words, sizeof(row->words), "%s", words);
	}
}

/* A process that sends itself a signal, or a message: no arrow. */
static void
to_itself(struct row *row, int who)
{
	char words[WORDS_BYTES];

	snprintf(words, sizeof(words), "%s%s%.300s", row->label,
		 row->label[0] != '\0' ? ": " : "", row->words);
	snprintf(row->words, sizeof(row->words), "%s", words);
	row->label[0] = '\0';
	row->who = who;
	row->from = row->to = NOBODY;
	row->mark = ACTS;
	row->bytes = 0;
}

/* Arrows a to b - 1 come from the same lane, and arrive in the same event. */
static void
arrow_row(int a, int b)
{
	const struct arrow *arrow = &arrows[a];
	const int source = arrow->kind == FORK ? -1 : row_of[arrow->from];
	const bool once =
	    b == a + 1 && arrow->kind != FORK && at_once(source, arrow);
	const int to = events[arrow->to].who;
	const int from =
	    arrow->kind == FORK ? lanes[to].from : events[arrow->from].who;
	const bool child = strcmp(field(arrow->to, "sig"), "SIGCHLD") == 0;
	struct row *row = once ? &rows[source] : row_add(arrow->to, to);

	row->last = arrow->to;
	row->who = NOBODY;
	row->joinable = false;
	row->from = from;
	row->to = to;
	row->kind = arrow->kind;
	row->object = arrow->object;
	row->source = arrow->from;
	row->bytes = 0;
	row_of[arrow->to] = nrows - 1;
	if (!once)
		row->mark = NOTHING;
	for (int i = a; i < b; i++) {
		int r = row_of[arrows[i].from];

		row->bytes += arrows[i].bytes;
		row->unsure = row->unsure || arrows[i].unsure;
		if (once || r < 0 ||
		    (arrow->kind != DATA && (arrow->kind != SIGNAL || child)))
			continue;
		if (rows[r].number == 0)
			rows[r].number = rows[r].number_last = ++numbers;
		row->arrives = true;
		if (row->number == 0)
			row->number = rows[r].number;
		row->number_last = rows[r].number;
	}
	label(row, arrow);
	say_arrival(row, arrow);
	if (from == to)
		to_itself(row, to);
}

/* The event with which the run begins: a shell may have become the program. */
static int
first_program(void)
{
	for (int e = nevents - 1; e > 0; e--)
		if (events[e].who == 0 && event_is(e, "exec") &&
		    (nlanes < 2 || lanes[1].born > e))
			return e + 1;
	return 0;
}

void
rows_make(void)
{
	int a = 0, begin = first_program();

	row_of = malloc(((size_t)nevents + 1) * sizeof(*row_of));
	if (row_of == NULL)
		err(2, "rows");
	for (int e = 0; e < nevents; e++)
		row_of[e] = -1;
	for (int e = 0; e < nevents; e++) {
		bool drawn = false;

		while (a < narrows && arrows[a].to == e) {
			int b = a + 1;
			const bool root = arrows[a].kind == FORK &&
					  lanes[events[e].who].from == NOBODY;

			while (b < narrows && arrows[b].to == e &&
			       arrows[b].kind == arrows[a].kind &&
			       events[arrows[b].from].who ==
				   events[arrows[a].from].who)
				b++;
			if (!root && inside(e) && e >= begin &&
			    !lanes[events[e].who].idle &&
			    !lanes[events[arrows[a].from].who].idle &&
			    !(event_is(e, "signal") && is_of_shell(e)))
				arrow_row(a, b);
			drawn = true;
			a = b;
		}
		if (event_is(e, "dead")) {
			drawn = false;
			note_end(e);
		}
		if (!drawn && e >= begin && events[e].who >= 0 &&
		    !lanes[events[e].who].idle && is_shown(e))
			plain_row(e);
	}
}
