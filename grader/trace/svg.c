/*
 * The picture as SVG: an arrow leaves where its bytes were written, and arrives
 * where they were read. Light or dark as the reader likes; no meaning by colour
 * alone: what waits is hatched, each kind of arrow has dashes of its own, and what
 * is left open has a sign.
 */
#define _GNU_SOURCE
#include "draw.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

enum {
	ROW = 24,
	TOP = 64,
	LEFT = 50,
	PITCH_MAX = 150,
	PITCH_MIN = 30,
	LANES_WIDTH = 620, /* that we would like */
	NAME_WIDTH = 84,   /* narrower columns have their names aslant */
	CHARACTER = 7,	   /* width of one, nearly */
	WORDS_MOST = 64,   /* characters of a row's words; the rest pops up */
};

static FILE *out;
static int pitch, top, ncolumns;
static int *column; /* of each lane that is shown */

static int
x_of(int lane)
{
	return LEFT + column[lane] * pitch;
}

static void
choose_columns(void)
{
	column = calloc((size_t)nlanes + 1, sizeof(*column));
	if (column == NULL)
		err(2, "columns");
	for (int l = 0; l < nlanes; l++)
		if (!lanes[l].idle)
			column[l] = ncolumns++;
}

static int
y_of(int row)
{
	return top + row * ROW;
}

static void
escaped(const char *text)
{
	for (; *text != '\0'; text++)
		switch (*text) {
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc(*text, out);
		}
}

static const char style_sheet[] =
    "<style>\n"
    "svg { --paper: #ffffff; --ink: #1f2933; --soft: #5a6470; "
    "--wait: #b9c3ce; --bad: #b3261e; color-scheme: light dark; }\n"
    "@media (prefers-color-scheme: dark) { svg { --paper: #15191e; "
    "--ink: #e6eaee; --soft: #a7b0ba; --wait: #56616d; --bad: #ff8a80; } }\n"
    ".paper { fill: var(--paper); stroke: var(--soft); }\n"
    "text { fill: var(--ink); }\n"
    ".name { font-weight: bold; }\n"
    ".label { font-size: 12px; text-anchor: middle; stroke: var(--paper); "
    "stroke-width: 5px; paint-order: stroke; }\n"
    ".life { stroke: var(--ink); stroke-width: 2; }\n"
    ".wait { fill: url(#hatch); stroke: var(--soft); }\n"
    ".hatch { stroke: var(--soft); stroke-width: 2; }\n"
    ".mark, .head { fill: var(--ink); }\n"
    ".arrow { fill: none; stroke: var(--ink); stroke-width: 1.5; "
    "marker-end: url(#head); }\n"
    ".signal { stroke-dasharray: 2 4; }\n"
    ".wake, .waits { stroke-dasharray: 8 4; }\n"
    ".eof { stroke-dasharray: 2 2; }\n"
    ".bad { fill: var(--bad); }\n"
    ".sign { fill: var(--paper); font-weight: bold; text-anchor: middle; "
    "font-size: 12px; }\n"
    "</style>\n"
    "<defs>\n"
    "<marker id=\"head\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" "
    "markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\">"
    "<path class=\"head\" d=\"M0 0 L10 5 L0 10 z\"/></marker>\n"
    "<pattern id=\"hatch\" width=\"6\" height=\"6\" "
    "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
    "<rect width=\"6\" height=\"6\" fill=\"var(--wait)\"/>"
    "<path class=\"hatch\" d=\"M0 0 V6\"/></pattern>\n"
    "</defs>\n";

/* Who is there, for those who cannot see it. */
static void
description(void)
{
	char words[WORDS_BYTES + 100];

	fputs("<desc>Time goes down, a column for each process:", out);
	for (int l = 0; l < nlanes; l++) {
		if (lanes[l].idle)
			continue;
		fputs(l > 0 ? ", " : " ", out);
		escaped(lanes[l].name);
	}
	fputs(".", out);
	for (int r = 0; r < nrows && r < 200; r++) {
		const struct row *row = &rows[r];

		row_words(row, words, sizeof(words));
		fputs(" ", out);
		if (row->from != NOBODY) {
			escaped(lanes[row->from].name);
			fputs(" to ", out);
			escaped(lanes[row->to].name);
			fprintf(out, ": %s ", row->label);
		} else if (row->who != NOBODY) {
			escaped(lanes[row->who].name);
			fputs(": ", out);
		}
		escaped(words);
		fputs(".", out);
	}
	fputs("</desc>\n", out);
}

static void
draw_names(void)
{
	for (int l = 0; l < nlanes; l++) {
		if (lanes[l].idle)
			continue;
		if (pitch >= NAME_WIDTH)
			fprintf(out,
				"<text class=\"name\" x=\"%d\" y=\"%d\" "
				"text-anchor=\"middle\">",
				x_of(l), TOP - 22);
		else
			fprintf(out,
				"<text class=\"name\" transform=\"translate("
				"%d %d) rotate(-40)\">",
				x_of(l), top - 26);
		escaped(lanes[l].name);
		fputs("</text>\n", out);
	}
}

/* A lifeline: a line, and a hatched bar where it waits. */
static void
draw_life(int lane, enum state **states)
{
	const int x = x_of(lane);
	int from = -1, to = -1, wait = -1;

	for (int r = 0; r <= nrows; r++) {
		enum state s = r < nrows ? states[r][lane] : GONE;
		const bool born = r < nrows && rows[r].kind == FORK &&
				  rows[r].from != NOBODY &&
				  rows[r].to == lane && !rows[r].waits;
		const bool alive = s == RUNS || s == BLOCKED || born;

		if (alive && from == -1)
			from =
			    lanes[lane].from == NOBODY ? y_of(r) - 20 : y_of(r);
		if (alive)
			to = y_of(r);
		if (s == BLOCKED && wait == -1)
			wait = r;
		if (s != BLOCKED && wait != -1) {
			fprintf(out,
				"<rect class=\"wait\" x=\"%d\" y=\"%d\" "
				"width=\"8\" height=\"%d\"/>\n",
				x - 4, y_of(wait) - ROW / 2, (r - wait) * ROW);
			wait = -1;
		}
	}
	if (from == -1)
		return;
	if (hangs() && lanes[lane].dead == NO_EVENT)
		to = y_of(nrows - 1) + 12;
	fprintf(out, "<path class=\"life\" d=\"M%d %d V%d\"/>\n", x, from, to);
}

/* The row at which an arrow leaves: its own, unless it is another that is shown. */
static int
row_of_source(int r)
{
	const struct row *row = &rows[r];

	if (row->waits || row->source == NO_EVENT || row->inside)
		return r;
	for (int s = r - 1; s >= 0; s--) {
		const struct row *at = &rows[s];

		if (at->head || at->inside || at->from != NOBODY ||
		    at->who != row->from)
			continue;
		/* By its number; or, without one, by its event. */
		if (row->arrives ? at->number <= row->number &&
				       at->number_last >= row->number_last
				 : at->times == 1 && row->times == 1 &&
				       at->first <= row->source &&
				       at->last >= row->source)
			return s;
	}
	return r;
}

static void
draw_arrow(int r, const enum state *state)
{
	static const char *const classes[] = { "fork",	 "data", "eof",
					       "signal", "wake", "ended",
					       "joins" };
	const struct row *row = &rows[r];
	int s = row_of_source(r);
	const int x1 = x_of(row->from), x2 = x_of(row->to);
	const int y1 = y_of(s), y2 = y_of(r);
	/* Per cent of the way, the label: not all in the same place. */
	const int at = s == r ? 50 : row->number % 2 == 1 ? 68 : 32;

	/* One that has ended, and left nothing of this to be seen. */
	if (s == r && state[row->from] == GONE && row->kind == ENDED &&
	    row->mark != ENDS)
		return;
	fprintf(out, "<path class=\"arrow %s\" d=\"M%d %d L%d %d\"/>\n",
		row->waits ? "waits" : classes[row->kind], x1, y1,
		x2 + (x2 > x1 ? -3 : 3), y2);
	if (row->label[0] == '\0' ||
	    abs(x2 - x1) < (int)strlen(row->label) * CHARACTER + 24)
		return;
	fprintf(out, "<text class=\"label\" x=\"%d\" y=\"%d\">%s</text>\n",
		x1 + (x2 - x1) * at / 100, y1 + (y2 - y1) * at / 100 + 4,
		row->label);
}

static void
draw_mark(int r)
{
	const struct row *row = &rows[r];
	const int who =
	    row->mark == ENDS && row->from != NOBODY ? row->from : row->who;
	const int y = y_of(r);

	if (row->mark == NOTHING && !(row->bad && row->who != NOBODY))
		return;
	if (who == NOBODY) {
		if (row->from == NOBODY)
			return;
		fprintf(
		    out,
		    "<circle class=\"mark\" cx=\"%d\" cy=\"%d\" r=\"3\"/>\n",
		    x_of(row->from), y);
		return;
	}
	const int x = x_of(who);

	if (row->mark == ENDS)
		fprintf(out,
			"<rect class=\"mark\" x=\"%d\" y=\"%d\" width=\"12\" "
			"height=\"12\"/>\n",
			x - 6, y - 6);
	else if (!row->bad)
		fprintf(
		    out,
		    "<circle class=\"mark\" cx=\"%d\" cy=\"%d\" r=\"4\"/>\n", x,
		    y);
	if (row->bad)
		fprintf(out,
			"<path class=\"bad\" d=\"M%d %d l10 17 h-20 z\"/>"
			"<text class=\"sign\" x=\"%d\" y=\"%d\">!</text>\n",
			x + (row->mark == ENDS ? 17 : 0), y - 10,
			x + (row->mark == ENDS ? 17 : 0), y + 5);
}

static void
draw_words(int r, int x)
{
	const struct row *row = &rows[r];
	char words[WORDS_BYTES + 100], all[WORDS_BYTES + 200];
	bool narrow = row->from != NOBODY && !row->waits &&
		      abs(x_of(row->to) - x_of(row->from)) <
			  (int)strlen(row->label) * CHARACTER + 24;

	row_words(row, words, sizeof(words));
	snprintf(all, sizeof(all), "%s%s%s%s", row->bad ? "! " : "",
		 narrow ? row->label : "",
		 narrow && row->label[0] != '\0' && *words != '\0' ? ": " : "",
		 words);
	if (all[0] == '\0')
		return;
	fprintf(out, "<text x=\"%d\" y=\"%d\"%s>", x + (row->inside ? 16 : 0),
		y_of(r) + 5, row->bad ? " class=\"bad\"" : "");
	if (strlen(all) > WORDS_MOST) {
		fputs("<title>", out);
		escaped(all);
		fputs("</title>", out);
		strcpy(all + WORDS_MOST - 3, "...");
	}
	escaped(all);
	fputs("</text>\n", out);
}

static int
longest_words(void)
{
	char words[WORDS_BYTES + 100];
	int most = 30;

	for (int r = 0; r < nrows; r++) {
		int n;

		row_words(&rows[r], words, sizeof(words));
		n = (int)strlen(words) + 4;
		if (pitch < NAME_WIDTH)
			n += (int)strlen(rows[r].label);
		most = n > most ? n : most;
	}
	return most > WORDS_MOST ? WORDS_MOST : most;
}

static enum state **
all_states(void)
{
	enum state **states = calloc((size_t)nrows + 1, sizeof(*states));

	for (int r = 0; states != NULL && r < nrows; r++) {
		states[r] = calloc((size_t)nlanes + 1, sizeof(**states));
		if (states[r] == NULL)
			err(2, "rows");
		states_at(rows[r].first, states[r]);
	}
	if (states == NULL)
		err(2, "rows");
	return states;
}

static void
draw_signs(int y)
{
	fprintf(out,
		"<rect class=\"wait\" x=\"%d\" y=\"%d\" width=\"8\" "
		"height=\"16\"/><text x=\"%d\" y=\"%d\">waits</text>"
		"<rect class=\"mark\" x=\"%d\" y=\"%d\" width=\"12\" "
		"height=\"12\"/><text x=\"%d\" y=\"%d\">ends</text>"
		"<path class=\"bad\" d=\"M%d %d l10 17 h-20 z\"/>"
		"<text class=\"sign\" x=\"%d\" y=\"%d\">!</text>"
		"<text x=\"%d\" y=\"%d\">left open</text>\n",
		LEFT - 4, y - 12, LEFT + 10, y, LEFT + 70, y - 11, LEFT + 88, y,
		LEFT + 150, y - 14, LEFT + 150, y + 1, LEFT + 166, y);
}

void
svg_draw(FILE *to, const struct style *style)
{
	enum state **states = all_states();
	const char *title =
	    style->title != NULL ? style->title : "What the processes did";
	int words_at, width, height;

	out = to;
	choose_columns();
	pitch = ncolumns < 2 ? PITCH_MAX : LANES_WIDTH / ncolumns;
	pitch = pitch > PITCH_MAX ? PITCH_MAX : pitch;
	pitch = pitch < PITCH_MIN ? PITCH_MIN : pitch;
	top = pitch < NAME_WIDTH ? TOP + 60 : TOP;
	words_at =
	    LEFT + (ncolumns - 1) * pitch + (pitch < NAME_WIDTH ? 50 : 40);
	width = words_at + longest_words() * CHARACTER + 20;
	height = y_of(nrows) + 40;
	fprintf(
	    out,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
	    "role=\"img\" font-family=\"sans-serif\" font-size=\"14\">\n"
	    "<title>",
	    width, height);
	escaped(title);
	fputs("</title>\n", out);
	description();
	fputs(style_sheet, out);
	fprintf(out,
		"<rect class=\"paper\" x=\"1\" y=\"1\" width=\"%d\" "
		"height=\"%d\" rx=\"8\"/>\n",
		width - 2, height - 2);
	draw_names();
	for (int l = 0; l < nlanes; l++)
		if (!lanes[l].idle)
			draw_life(l, states);
	for (int r = 0; r < nrows; r++)
		if (rows[r].from != NOBODY)
			draw_arrow(r, states[r]);
	for (int r = 0; r < nrows; r++) {
		draw_mark(r);
		draw_words(r, words_at);
	}
	draw_signs(height - 16);
	fputs("</svg>\n", out);
	for (int r = 0; r < nrows; r++)
		free(states[r]);
	free(states);
}
