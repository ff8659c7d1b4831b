/*
 * race, atomic operations: each releases, acquires or both, as its memory order
 * says. It is done with the state locked, so that operations and clocks agree
 * on which came first.
 */
#define _GNU_SOURCE
#include "race.h"

#include <stdatomic.h>

bool
race_atomic_begin(const volatile void *address, struct held *held)
{
	const struct mapping *m = race_mapping((const void *)address);

	if (labbox_before_access != NULL)
		labbox_before_access(address);
	return m != NULL && m->data && race_lock(held);
}

static bool
acquires(int order)
{
	return order != memory_order_relaxed && order != memory_order_release;
}

static bool
releases(int order)
{
	return order == memory_order_release || order == memory_order_acq_rel ||
	       order == memory_order_seq_cst;
}

static void
acquire(struct sync *s, int order)
{
	if (s == NULL)
		return;
	if (acquires(order)) {
		race_join(&race_self->now, &s->clock);
	} else {
		/* Counts from a later acquire fence on. */
		race_join(&race_self->loaded, &s->clock);
	}
}

static void
release(struct sync *s, int order)
{
	if (s == NULL)
		return;
	if (releases(order)) {
		race_join(&s->clock, &race_self->now);
		race_self->now.at[race_index]++;
	} else {
		race_join(&s->clock, &race_self->released);
	}
}

void
race_atomic_end(const volatile void *address, size_t size, int how, int order,
		const void *place, const struct held *held)
{
	const struct mapping *m = race_mapping((const void *)address);
	struct sync *s;
	struct race r;
	bool found = false, full;

	s = race_sync(race_address_key((const void *)address), true);
	full = s == NULL;
	if (how & LOADS)
		acquire(s, order);
	if (m != NULL)
		found = race_record(m, (uintptr_t)address, size,
				    ATOMIC | (how & STORES ? WRITE : READ),
				    place, &r);
	if (how & STORES)
		release(s, order);
	if (how & LOADS)
		race_self->relaxed.load =
		    acquires(order) ? 0 : race_offset(place);
	if (how & STORES)
		race_self->relaxed.store =
		    releases(order) || race_self->relaxed.fenced
			? 0
			: race_offset(place);
	race_unlock(held);
	if (full)
		race_stop("there are too many locks and channels");
	else if (found)
		race_report(&r);
}

void
race_fence(int order)
{
	struct held held;

	if (!race_lock(&held))
		return;
	if (acquires(order)) {
		race_join(&race_self->now, &race_self->loaded);
		race_self->relaxed.load = 0;
	}
	if (releases(order)) {
		race_self->relaxed.fenced = true;
		race_self->released = race_self->now;
		race_self->now.at[race_index]++;
	}
	race_unlock(&held);
}
