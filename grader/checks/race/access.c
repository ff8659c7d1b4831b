/*
 * race, accesses: each granule of shared memory keeps the last accesses to its
 * bytes. A new one is compared with them: it is a race if one of the two
 * writes, not both are atomic, and the new one's process has not seen the old
 * one's time.
 */
#define _GNU_SOURCE
#include "race.h"

/* The records of a granule of an object; NULL if there is no more room. */
static struct granule *
granule_at(int object, uint64_t number)
{
	uint32_t of = object + 1;
	uint64_t first = number - number % CHUNK;
	uint64_t start = race_key(MEMORY, object, first);

	for (int n = 0; n < CHUNKS; n++) {
		int i = (start + n) % CHUNKS;

		if (race_state->index[i].of == 0) {
			race_state->index[i].of = of;
			race_state->index[i].first = first;
		} else if (race_state->index[i].of != of ||
			   race_state->index[i].first != first) {
			continue;
		}
		return &race_state->chunk[i][number % CHUNK];
	}
	return NULL;
}

static bool
ordered(const struct record *before)
{
	return before->process == race_index ||
	       before->when <= race_self->now.at[before->process];
}

/*
 * True if every access that races with `before` also races with `now`, or has
 * been reported already: then `before` can be forgotten.
 */
static bool
replaces(const struct record *now, const struct record *before)
{
	return ordered(before) && (before->bytes & ~now->bytes) == 0 &&
	       ((now->how & WRITE) || !(before->how & WRITE)) &&
	       (!(now->how & ATOMIC) || (before->how & ATOMIC));
}

static bool
races(const struct record *now, const struct record *before)
{
	return (now->bytes & before->bytes) != 0 &&
	       ((now->how | before->how) & WRITE) &&
	       !(now->how & before->how & ATOMIC) && !ordered(before);
}

static bool
same(const struct record *a, const struct record *b)
{
	return a->when == b->when && a->place == b->place &&
	       a->process == b->process && a->how == b->how &&
	       (a->bytes & ~b->bytes) == 0;
}

/* Compares with the granule's records, then adds the new one. */
static bool
check(struct granule *g, const struct record *now, struct record *found)
{
	static unsigned turn;
	struct record *spare = NULL;
	bool race = false;

	for (int i = 0; i < RECORDS; i++) {
		struct record *r = &g->records[i];

		if (r->when != 0 && same(now, r))
			return false;
		if (r->when != 0 && races(now, r)) {
			*found = *r;
			race = true;
		}
		if (r->when != 0 && replaces(now, r))
			r->when = 0;
		if (r->when == 0 && spare == NULL)
			spare = r;
	}
	if (spare == NULL) /* one is lost, and perhaps a race with it */
		spare = &g->records[turn++ % RECORDS];
	*spare = *now;
	return race;
}

/*
 * With the state locked: true if there is a race to be reported, in `*r`.
 * `address` to `address` + `size` lies in the mapping.
 */
bool
race_record(const struct mapping *m, uintptr_t address, size_t size, int how,
	    const void *place, struct race *r)
{
	uint64_t at = m->offset + (address - m->start), end = at + size;
	struct record now = { .when = race_self->now.at[race_index],
			      .place = race_offset(place),
			      .process = race_index,
			      .how = how };
	struct record before;
	bool found = false;

	while (at < end) {
		unsigned first = at % GRANULE;
		size_t n =
		    GRANULE - first < end - at ? GRANULE - first : end - at;
		struct granule *g = granule_at(m->object, at / GRANULE);

		if (g == NULL) {
			r->object = NULL;
			return true;
		}
		now.bytes = ((1u << n) - 1) << first;
		if (check(g, &now, &before) && !found) {
			uint8_t common = now.bytes & before.bytes;

			found = true;
			r->before = before;
			r->now = now;
			r->object = &race_state->object[m->object];
			r->offset = at - first + __builtin_ctz(common);
			r->bytes = __builtin_popcount(common);
		}
		at += n;
	}
	return found && race_is_new(r);
}

void
race_access(const void *address, size_t size, int how, const void *place)
{
	const struct mapping *m = race_mapping(address);
	uintptr_t a = (uintptr_t)address;
	struct race r;
	bool found;

	if (labbox_before_access != NULL)
		labbox_before_access(address);
	if (m == NULL || !m->data || size == 0 || !race_lock_access())
		return;
	if (size > m->end - a)
		size = m->end - a;
	found = race_record(m, a, size, how, place, &r);
	race_unlock_access();
	if (found)
		race_report(&r);
}
