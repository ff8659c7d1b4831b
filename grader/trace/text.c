/*
 * The picture in a terminal: time goes down, a column for each process. A column
 * is used again when its process has ended.
 */
#define _GNU_SOURCE
#include "draw.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

enum {
	WORDS_COLUMNS = 30, /* at the right, at least */
	PITCH_MAX = 16,	    /* columns from one process to the next */
	PITCH_MIN = 2,
	CELL_BYTES = 8,
	LINE_CELLS = 1000,
	AFTER_LANES = 2,
};

enum glyph {
	LINE,
	WAITS,
	ACT,
	END,
	ACROSS,
	PLAIN,
	DASHED,
	DOTTED,
	LEFT,
	RIGHT,
	FROM_LEFT,
	FROM_RIGHT,
	BORN_RIGHT,
	BORN_LEFT,
	OPEN,
	GLYPHS
};
static const char *const unicode[GLYPHS] = {
	"│", "░", "●", "■", "┼", "─", "╌", "┄",
	"◀", "▶", "├", "┤", "┐", "┌", "!",
};
static const char *const plain[GLYPHS] = {
	"|", ":", "*", "#", "+", "-", "=", ".",
	"<", ">", "+", "+", "+", "+", "!",
};

static const struct style *style;
static FILE *out;
static int *column; /* of each lane */
static int ncolumns, pitch;
static char cells[LINE_CELLS][CELL_BYTES];

static const char *
glyph(enum glyph g)
{
	return style->ascii ? plain[g] : unicode[g];
}

static int
x_of(int lane)
{
	return column[lane] * pitch;
}

static void
put(int x, const char *text)
{
	if (x >= 0 && x < LINE_CELLS)
		snprintf(cells[x], CELL_BYTES, "%s", text);
}

/* Plain text, a cell for each byte. */
static void
put_text(int x, const char *text)
{
	for (; *text != '\0'; text++, x++) {
		const char one[2] = { *text, '\0' };

		put(x, one);
	}
}

/* Gives each process a column that nobody uses while it lives. */
static void
choose_columns(void)
{
	int *free_from = calloc((size_t)nlanes + 1, sizeof(*free_from));
	int shown = 0;

	column = calloc((size_t)nlanes + 1, sizeof(*column));
	if (free_from == NULL || column == NULL)
		err(2, "columns");
	for (int l = 0; l < nlanes; l++)
		shown += !lanes[l].idle;
	for (int l = 0; l < nlanes; l++) {
		int c = 0;

		if (lanes[l].idle)
			continue;

		while (c < ncolumns && free_from[c] > lanes[l].born)
			c++;
		/* Not for few: each then has its own. */
		if (shown <= 12)
			c = ncolumns;
		if (c == ncolumns)
			ncolumns++;
		column[l] = c;
		free_from[c] =
		    lanes[l].dead == NO_EVENT ? nevents + 1 : lanes[l].dead + 1;
	}
	free(free_from);
	pitch = ncolumns == 0
		    ? PITCH_MAX
		    : (style->columns - AFTER_LANES - WORDS_COLUMNS) / ncolumns;
	pitch = pitch > PITCH_MAX ? PITCH_MAX : pitch;
	pitch = pitch < PITCH_MIN ? PITCH_MIN : pitch;
}

static void
colour(const char *code)
{
	if (style->colour)
		fprintf(out, "\033[%sm", code);
}

/* Prints text from column `at` on, broken at blanks, further lines indented. */
static void
print_words(const char *words, int at)
{
	int room = style->columns - at;

	room = room < 16 ? 16 : room;
	while (*words != '\0') {
		int n = (int)strlen(words), cut;

		if (n <= room) {
			fputs(words, out);
			return;
		}
		for (cut = room; cut > 0 && words[cut] != ' '; cut--)
			;
		if (cut == 0)
			cut = room;
		fprintf(out, "%.*s\n%*s", cut, words, at, "");
		words += cut;
		while (*words == ' ')
			words++;
	}
}

static int
columns_of_lanes(void)
{
	return (ncolumns - 1) * pitch + 1;
}

static void
print_line(const char *words, bool bad)
{
	int end = columns_of_lanes(), at = end + AFTER_LANES;

	while (*words == '\0' && end > 0 && cells[end - 1][0] == '\0')
		end--;
	for (int x = 0; x < end; x++)
		fputs(cells[x][0] != '\0' ? cells[x] : " ", out);
	if (*words != '\0' || bad) {
		fprintf(out, "%*s", AFTER_LANES, "");
		if (bad) {
			colour("31");
			fprintf(out, "%s ", glyph(OPEN));
			at += 2;
		}
		print_words(words, at);
		if (bad)
			colour("0");
	}
	fputc('\n', out);
}

/* The lifelines, as they are at an event. */
static void
put_lanes(const enum state *state)
{
	memset(cells, 0, sizeof(cells));
	for (int l = 0; l < nlanes; l++)
		if (!lanes[l].idle && (state[l] == RUNS || state[l] == BLOCKED))
			put(x_of(l), glyph(state[l] == BLOCKED ? WAITS : LINE));
}

/* From lane to lane. Returns whether there was room for the label. */
static bool
put_arrow(const struct row *row, const enum state *state)
{
	const int a = x_of(row->from), b = x_of(row->to);
	const bool right = b > a;
	const int low = right ? a : b, high = right ? b : a;
	const enum glyph line =
	    row->waits || row->kind == WAKE		      ? DASHED
	    : row->kind == SIGNAL || row->kind == END_OF_FILE ? DOTTED
							      : PLAIN;
	const int length = (int)strlen(row->label), room = high - low - 1;
	const bool fits = length > 0 && room >= length + 3;
	int start;

	if (a == b)
		return false;
	for (int x = low + 1; x < high; x++)
		put(x, cells[x][0] == '\0' ? glyph(line) : glyph(ACROSS));
	if (row->mark == ENDS)
		put(a, glyph(END));
	else
		put(a, glyph(state[row->from] == GONE ? line
			     : right		      ? FROM_LEFT
						      : FROM_RIGHT));
	if (row->kind == FORK && !row->waits)
		put(b, glyph(right ? BORN_RIGHT : BORN_LEFT));
	else
		put(right ? b - 1 : b + 1, glyph(right ? RIGHT : LEFT));
	if (!fits)
		return false;
	start = low + 1 + (room - length) / 2;
	for (int x = start; x < start + length; x++)
		put(x, " ");
	put_text(start, row->label);
	return true;
}

static void
draw_row(const struct row *row, enum state *state)
{
	char words[WORDS_BYTES + 100], all[WORDS_BYTES + 200];
	bool labelled = row->waits;

	states_at(row->first, state);
	put_lanes(state);
	if (row->from != NOBODY)
		labelled = put_arrow(row, state) || row->waits;
	else if (row->who != NOBODY && row->mark != NOTHING)
		put(x_of(row->who), glyph(row->mark == ENDS ? END
					  : row->bad	    ? OPEN
							    : ACT));
	row_words(row, words, sizeof(words));
	snprintf(all, sizeof(all), "%s%s%s%s", row->inside ? "  " : "",
		 labelled ? "" : row->label,
		 !labelled && row->label[0] != '\0' && *words != '\0' ? ": "
								      : "",
		 words);
	print_line(all, row->bad);
}

/* Names above the columns, if there is room; else numbers, and a list. */
static void
draw_names(void)
{
	bool room = true;
	int used = 0, n = 0;

	for (int l = 0; l < nlanes; l++) {
		n += !lanes[l].idle;
		room = room &&
		       (lanes[l].idle || (int)strlen(lanes[l].name) < pitch);
	}
	room = room && n == ncolumns;
	for (int l = 0; l < nlanes; l++) {
		char name[100];

		if (lanes[l].idle)
			continue;
		if (room) {
			fprintf(out, "%-*s", --n > 0 ? pitch : 0,
				lanes[l].name);
			continue;
		}
		snprintf(name, sizeof(name), "%d %s", column[l], lanes[l].name);
		if (used > 0 && used + (int)strlen(name) + 2 > style->columns) {
			fputc('\n', out);
			used = 0;
		}
		used += fprintf(out, "%s%s", used > 0 ? "  " : "", name);
	}
	fputc('\n', out);
	if (room)
		return;
	fputc('\n', out);
	for (int c = 0; c < ncolumns; c++)
		fprintf(out, "%-*d", c < ncolumns - 1 ? pitch : 0, c);
	fputc('\n', out);
}

static void
draw_signs(void)
{
	fprintf(out, "\n%s waits  %s acts  %s ends  %s left open", glyph(WAITS),
		glyph(ACT), glyph(END), glyph(OPEN));
	for (int r = 0; r < nrows; r++)
		if (rows[r].number != 0) {
			fputs("  (1) leaves here, arrives there", out);
			break;
		}
	fputc('\n', out);
}

static void
draw_why(void)
{
	for (int e = 0; e < nevents; e++)
		if (event_is(e, "why") &&
		    strncmp(field(e, "text"), "means: ", 7) == 0) {
			print_words(field(e, "text"), 2);
			fputc('\n', out);
		}
}

void
text_draw(FILE *to, const struct style *with)
{
	enum state *state = calloc((size_t)nlanes + 1, sizeof(*state));

	if (state == NULL)
		err(2, "lanes");
	out = to;
	style = with;
	choose_columns();
	if ((size_t)columns_of_lanes() >= LINE_CELLS)
		errx(2, "too many processes at one time for text; draw an SVG");
	if (style->title != NULL)
		fprintf(out, "%s\n\n", style->title);
	draw_names();
	for (int r = 0; r < nrows; r++) {
		draw_row(&rows[r], state);
	}
	draw_signs();
	if (hangs())
		draw_why();
	free(state);
}
