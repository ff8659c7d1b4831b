/*
 * table.c - a table in a segment: laid out by one process, found by another.
 * Look at table_look(), where the offset becomes an address.
 */
#include "table.h"

#include <err.h>
#include <stdalign.h>

/* Makes an empty table of the new `segment`. */
void
table_publish(const struct segment *segment, uint32_t room,
	      struct origin origin)
{
	struct table *table = segment->base;

	table->room = room;
	table->written = 0;
	table->offset = sizeof(*table);
	header_publish(&table->header, TABLE_MAGIC, segment->size, origin);
}

/*
 * The table in `segment`, which is called `name`. Ends the program unless there
 * is one that can be trusted: other processes wrote every field.
 */
struct view
table_look(const char *name, struct origin origin, struct segment segment)
{
	const struct table *table = segment.base;
	struct view view = { .segment = segment };
	enum fault fault;

	if (segment.size < sizeof(*table))
		errx(1, "%s: refused: too small for a table", name);
	fault = header_fault(&table->header, TABLE_MAGIC, segment.size, origin);
	if (fault != FINE)
		errx(1, "%s: refused: %s", name, fault_text[fault]);

	view.room = table->room;
	view.written = table->written;
	view.offset = table->offset;
	if (view.offset < sizeof(*table) || view.offset > segment.size ||
	    view.offset % alignof(float) != 0 ||
	    view.room > (segment.size - view.offset) / sizeof(float) ||
	    view.written > view.room)
		errx(1, "%s: refused: values outside the segment", name);
	view.values = (float *)((char *)segment.base + view.offset);
	return view;
}
