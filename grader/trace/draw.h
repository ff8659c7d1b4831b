/*
 * Draws a run: what its processes did with each other. In come the events, a
 * line each, that the conductor has written (README.md documents them).
 *
 *	main.c		options
 *	read.c		the events
 *	data.c		the bytes that were moved
 *	match.c		arrows: which event of one process brought about which
 *			of another; signals, semaphores, ends
 *	channels.c	... and which bytes and messages came from which write
 *	rows.c		what is shown, a row each
 *	lanes.c		which processes are shown
 *	shown.c		... and which events are
 *	words.c		what a row says
 *	fold.c		what repeats becomes one row
 *	hang.c		the last moment of a run that hangs
 *	text.c		the picture in a terminal
 *	svg.c		... and as SVG
 */
#ifndef DRAW_H
#define DRAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
	NOBODY = -1,
	NO_EVENT = -1,
	NO_OBJECT = -1,
	FIELDS_MAX = 8,
	LABEL_BYTES = 40,
	WORDS_BYTES = 400,
};

/* ---- read.c */
struct event {
	int who;	  /* a lane, or NOBODY */
	const char *what; /* "write" */
	struct {
		const char *name, *value;
	} field[FIELDS_MAX];
	int nfields;
	bool lost; /* a signal that was pending already */
};
struct object {
	const char *kind, *name;
	int peer;     /* of a socket: the one at the other end */
	bool outside; /* what the run was started with */
	bool hidden;  /* memory that nobody writes */
};
struct lane {
	int from;	  /* who made it */
	const char *name; /* the last one that it had */
	bool thread;
	bool shell;	/* runs the commands of the run */
	bool idle;	/* nothing of it is to be seen */
	int born, dead; /* events */
};
extern struct event *events;
extern struct object *objects;
extern struct lane *lanes;
extern int nevents, nobjects, nlanes;
extern const char *verdict;
void events_read(FILE *in);
void data_read(const char *path);
long alike_for(int event, long from, int other, long at, long n);
const char *field(int event, const char *name);
long number(int event, const char *name);
int object_of(int event);
bool event_is(int event, const char *what);
bool in_files(const char *files, int object, const char *end);

/* ---- match.c, channels.c */
enum arrow_kind { FORK, DATA, END_OF_FILE, SIGNAL, WAKE, ENDED, JOINS };
struct arrow {
	enum arrow_kind kind;
	int from, to; /* events */
	int call;     /* the event at which the call of `from` has ended */
	int object;
	long bytes;
	bool unsure; /* it may have been another write */
};
extern struct arrow *arrows;
extern int narrows;
void match(void);
struct arrow *arrow_add(enum arrow_kind kind, int from, int to, int object);
int slept_since(int who);
int last_of_others(int event, int since, bool (*is_it)(int event, int object),
		   int object);
void channel_sleep(int event);
void channel_write(int event);
void channel_read(int event);
void channel_open(int event);
void matches_print(FILE *out);

/* ---- rows.c */
enum mark { ACTS, ENDS, NOTHING };
struct row {
	int first, last; /* events that it shows */
	int who;	 /* whose mark it has, or NOBODY */
	enum mark mark;
	int from, to; /* the lanes that an arrow joins, or NOBODY */
	enum arrow_kind kind;
	int object;
	bool waits;    /* the arrow says who waits for whom */
	bool joined;   /* it has words of more than one event */
	bool joinable; /* words of the next row may stand here too */
	bool bad;      /* something is left open */
	bool unsure;
	bool head; /* says how often the rows below were repeated */
	enum { OUTSIDE, REPEATED, SUMMED } inside; /* a heading above says it */
	int number, number_last; /* of what is sent here and comes later */
	bool arrives;		 /* ... which comes here */
	int source;		 /* the event from which it comes */
	long bytes, times;
	char label[LABEL_BYTES]; /* on the arrow */
	char words[WORDS_BYTES];
};
extern struct row *rows;
extern int nrows;
void rows_make(void);
void lanes_choose(void);
void rows_replace(struct row *others, int n);
struct row *row_add(int event, int who);

/* ---- shown.c */
bool inside(int event);
bool is_shown(int event);
bool is_small(int event);
bool is_of_shell(int event);

/* ---- words.c */
const char *name_of(int object);
void words_of(int event, char *words, size_t size);
void bytes_in_words(long bytes, char *text, size_t size);
void row_words(const struct row *row, char *words, size_t size);

/* ---- fold.c, hang.c */
void fold(int most);
void hang_rows(void);
bool hangs(void);

/* ---- what a lane is at some time */
enum state { UNBORN, RUNS, BLOCKED, GONE };
void states_at(int event, enum state *state);

/* ---- text.c, svg.c */
struct style {
	bool ascii, colour;
	int columns;
	const char *title;
};
void text_draw(FILE *out, const struct style *style);
void svg_draw(FILE *out, const struct style *style);

#endif
