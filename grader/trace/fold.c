/*
 * What repeats becomes one row, or a few under a heading that says how often. If
 * there are still too many rows, those between two that tell of a process's
 * life are summed up: how many of each kind, in no order.
 */
#define _GNU_SOURCE
#include "draw.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

enum { PERIOD_MAX = 40, TIMES_MIN = 3 };

/* Do both say the same, but for the numbers? */
static bool
alike(const struct row *a, const struct row *b)
{
	return a->who == b->who && a->mark == b->mark && a->from == b->from &&
	       a->to == b->to && a->kind == b->kind && a->object == b->object &&
	       a->bad == b->bad && a->unsure == b->unsure && !a->head &&
	       !b->head && a->arrives == b->arrives &&
	       (a->number == 0) == (b->number == 0) &&
	       strcmp(a->words, b->words) == 0;
}

/* How often the `period` rows from i on are repeated, in all. */
static int
repeats(int i, int period)
{
	int n = period;

	while (i + n < nrows && alike(&rows[i + n], &rows[i + n - period]))
		n++;
	return n / period;
}

static void
merge(struct row *into, const struct row *row)
{
	into->times += row->times;
	into->bytes += row->bytes;
	if (row->number != 0) {
		if (row->number < into->number)
			into->number = row->number;
		if (row->number_last > into->number_last)
			into->number_last = row->number_last;
	}
	if (into->kind == DATA && into->from != NOBODY)
		bytes_in_words(into->bytes, into->label, sizeof(into->label));
}

static void
heading(struct row *out, const struct row *first, const char *words)
{
	*out = *first;
	out->last = first->first;
	out->who = out->from = out->to = NOBODY;
	out->mark = NOTHING;
	out->head = true;
	out->label[0] = '\0';
	out->bad = out->arrives = out->unsure = false;
	out->number = out->number_last = 0;
	out->bytes = 0;
	out->times = 1;
	snprintf(out->words, sizeof(out->words), "%s", words);
}

static void
fold_periods(void)
{
	struct row *out = calloc((size_t)nrows + 1, sizeof(*out));
	int n = 0, i = 0;
	char words[80];

	if (out == NULL)
		err(2, "rows");
	while (i < nrows) {
		int best = 0, gain = 0, period, times;

		for (period = 1; period <= PERIOD_MAX; period++) {
			times = repeats(i, period);
			int saved = period * (times - 1) - (period > 1);

			if (times >= TIMES_MIN && saved > gain) {
				gain = saved;
				best = period;
			}
		}
		if (best == 0) {
			out[n++] = rows[i++];
			continue;
		}
		times = repeats(i, best);
		if (best > 1) {
			snprintf(words, sizeof(words), "%d times:", times);
			heading(&out[n++], &rows[i], words);
		}
		for (int k = 0; k < best; k++) {
			out[n] = rows[i + k];
			for (int j = 1; j < times; j++)
				merge(&out[n], &rows[i + k + j * best]);
			out[n++].inside = best > 1 ? REPEATED : OUTSIDE;
		}
		i += best * times;
	}
	rows_replace(out, n);
}

/* Does it tell of somebody's life, or something that must not be lost? */
static bool
is_landmark(const struct row *row)
{
	return row->mark == ENDS || row->bad || row->waits ||
	       (row->from != NOBODY && row->kind != DATA &&
		row->kind != WAKE) ||
	       (row->from == NOBODY && strncmp(row->words, "exec", 4) == 0);
}

/* Sums up rows i to end - 1. Returns how many are left of them. */
static int
sum(int i, int end, struct row *out)
{
	char words[80];
	long n_rows = 0;
	int n = 1;

	for (int r = i; r < end; r++) {
		int k;

		if (rows[r].head)
			continue;
		n_rows += rows[r].times;
		for (k = 1; k < n; k++)
			if (alike(&out[k], &rows[r]))
				break;
		if (k < n) {
			merge(&out[k], &rows[r]);
		} else {
			out[n] = rows[r];
			out[n++].inside = SUMMED;
		}
	}
	for (int k = 1; k < n; k++)
		if (out[k].times > 1)
			out[k].number = out[k].number_last = 0;
	snprintf(words, sizeof(words), "%ld rows, in no order:", n_rows);
	heading(&out[0], &rows[i], words);
	return n;
}

static void
sum_up(void)
{
	struct row *out = calloc(2 * (size_t)nrows + 1, sizeof(*out));
	int n = 0;

	if (out == NULL)
		err(2, "rows");
	for (int i = 0; i < nrows;) {
		int end = i, left;

		while (end < nrows && !is_landmark(&rows[end]))
			end++;
		left = end - i > 4 ? sum(i, end, &out[n]) : 0;
		if (left > 0 && left < end - i) {
			n += left;
			i = end;
			continue;
		}
		if (end == i)
			end++;
		while (i < end)
			out[n++] = rows[i++];
	}
	rows_replace(out, n);
}

void
fold(int most)
{
	fold_periods();
	if (nrows > most)
		sum_up();
}
