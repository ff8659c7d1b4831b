/*
 * Blocked in poll, select or epoll: what is in the list, and which processes
 * could make it ready.
 */
#define _GNU_SOURCE
#include "world.h"

/* A longer list is cut in the text. */
enum { SHOWN = 8 };

static void
explain_want(struct why_world *w, const struct why_thread *t,
	     const struct why_want *want)
{
	const struct why_file *f = why_file_of(w, t->process, want->fd);

	why_say(w, "  fd %d = %s, for %s", want->fd,
		f ? why_object(w, f) : "not open",
		want->read && want->write ? "reading and writing"
		: want->write		  ? "writing"
		: want->read		  ? "reading"
					  : "hang-up only");
	if (!f)
		why_advise(w, WHY_LIKELY,
			   "fd %d is in the list but is not open: poll waits "
			   "only for the others",
			   want->fd);
	else if (!want->read && !want->write)
		return; /* its other end may well stay open */
	else if (f->type == WHY_PIPE || f->type == WHY_FIFO)
		why_explain_ends(w, t, f, !want->write);
	else if (f->type == WHY_SOCKET)
		why_explain_socket(w, t, f, !want->write);
}

void
why_explain_poll(struct why_world *w, const struct why_thread *t)
{
	struct why_want wants[WHY_WANTS];
	const char *limit =
	    why_timed(t) ? "with a time limit" : "without time limit";
	int count = why_wants(w, t, wants, WHY_WANTS);

	why_head(w, t, "is blocked in %s, %s%s", why_call_of(t)->name, limit,
		 count == 0 ? ", for no descriptor at all" : "");
	for (int i = 0; i < count && i < SHOWN; i++)
		explain_want(w, t, &wants[i]);
	if (count > SHOWN)
		why_say(w, "  and %d more", count - SHOWN);
	why_advise(w, WHY_GENERAL,
		   "none of the descriptors in the list becomes ready");
}
