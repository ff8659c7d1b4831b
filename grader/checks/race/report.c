/* race, reports: each pair of places once. */
#define _GNU_SOURCE
#include "race.h"

#include <string.h>

/* The same for all processes that run the same program. */
static uint64_t
place_of(const struct record *r)
{
	const char *name = race_state->process[r->process].program;
	uint64_t i = 0;

	while (strcmp(race_state->process[i].program, name) != 0)
		i++;
	return i << 32 | r->place;
}

/* True once for each pair of places. */
bool
race_is_new(const struct race *r)
{
	uint64_t a = place_of(&r->before), b = place_of(&r->now);
	int n = race_state->notes;

	for (int i = 0; i < n; i++) {
		const uint64_t *places = race_state->note[i].places;

		if ((places[0] == a && places[1] == b) ||
		    (places[0] == b && places[1] == a))
			return false;
	}
	if (n == NOTES)
		return false;
	race_state->note[n].places[0] = a;
	race_state->note[n].places[1] = b;
	race_state->notes++;
	return true;
}

static void
name_place(struct note *n, const struct process *p, uint32_t place)
{
	note_text(n, p->program);
	note_text(n, "+0x");
	note_unsigned(n, place, 16);
}

static void
describe(struct note *n, const struct record *r)
{
	note_text(n, r->how & ATOMIC ? "atomic " : "");
	note_text(n, r->how & WRITE ? "write at " : "read at ");
	name_place(n, &race_state->process[r->process], r->place);
}

/* The atomic store of the one, and the load of the other, that might have ordered them. */
static void
tell_relaxed(struct note *n, const struct race *r)
{
	const struct process *first = &race_state->process[r->before.process];
	const struct process *then = &race_state->process[r->now.process];

	if (first->relaxed.store != 0) {
		note_text(n, "; the atomic store at ");
		name_place(n, first, first->relaxed.store);
		note_text(n, " is relaxed: it orders nothing");
	}
	if (then->relaxed.load != 0) {
		note_text(n, "; the atomic load at ");
		name_place(n, then, then->relaxed.load);
		note_text(n, " is relaxed: it orders nothing");
	}
}

static void
report(const struct race *r)
{
	struct note n;

	note_begin(&n, "race");
	describe(&n, &r->before);
	note_text(&n, " and ");
	describe(&n, &r->now);
	note_text(&n, " of the same ");
	if (r->bytes > 1) {
		note_number(&n, r->bytes);
		note_text(&n, " bytes");
	} else {
		note_text(&n, "byte");
	}
	note_text(&n, " of shared memory (");
	note_text(&n, r->object->name);
	note_text(&n, ", offset ");
	note_number(&n, r->offset);
	note_text(&n, ") are not ordered by any lock, semaphore, message or "
		      "wait");
	tell_relaxed(&n, r);
	note_send(&n);
}

void
race_report(const struct race *r)
{
	if (r->object == NULL)
		race_stop("there is too much shared memory");
	else
		report(r);
}
