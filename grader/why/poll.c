/*
 * Blocked in poll, select or epoll: what is in the list, and which processes
 * could make it ready.
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/select.h>

#include "world.h"

/* A longer list is cut in the text. */
enum { SHOWN = 8 };

static void
explain_want(struct why_world *w, const struct why_thread *t,
	     const struct why_want *want)
{
	const struct why_file *f = why_file_of(w, t->process, want->fd);

	int unread = f && (want->edge || want->spent)
			 ? why_unread(w->process[t->process].pid, want->fd)
			 : 0;

	why_say(w, "  fd %d = %s, for %s%s", want->fd,
		f ? why_object(w, f) : "not open",
		want->spent		    ? "nothing any more: EPOLLONESHOT"
		: want->read && want->write ? "reading and writing"
		: want->write		    ? "writing"
		: want->read		    ? "reading"
					    : "hang-up only",
		want->edge ? ", edge-triggered" : "");
	if (unread > 0) {
		why_say(w, "  bytes in it that have come and are not read: %d",
			unread);
		why_advise(w, WHY_SURE,
			   want->spent
			       ? "with EPOLLONESHOT a descriptor is reported "
				 "once: EPOLL_CTL_MOD arms it again, after the "
				 "reading"
			       : "an edge-triggered descriptor (EPOLLET) is "
				 "reported only when more comes: read it until "
				 "EAGAIN each time");
		return;
	}
	struct why_socket s;
	if (f && want->edge && f->type == WHY_SOCKET &&
	    why_socket_of(f->inode, &s) && s.listening && s.waiting > 0) {
		why_say(w, "  %u connection%s not accepted yet", s.waiting,
			s.waiting == 1 ? " is" : "s are");
		why_advise(w, WHY_SURE,
			   "an edge-triggered descriptor (EPOLLET) is reported "
			   "only when another client comes: call accept until "
			   "EAGAIN each time");
		return;
	}
	if (!f)
		why_advise(w, WHY_LIKELY,
			   "fd %d is in the list but is not open: poll waits "
			   "only for the others",
			   want->fd);
	else if (why_explain_event(w, t, f, want->read))
		return;
	else if (!want->read && !want->write)
		return; /* its other end may well stay open */
	else if (f->type == WHY_PIPE || f->type == WHY_FIFO)
		why_explain_ends(w, t, f, !want->write);
	else if (f->type == WHY_SOCKET)
		why_explain_socket(w, t, f, !want->write);
}

/*
 * A select that waits for nothing: are its sets empty, or is its first argument
 * too small for what is in them?
 */
static void
explain_sets(struct why_world *w, const struct why_thread *t)
{
	int limit = (int)t->arg[0], highest = -1;
	pid_t pid = w->process[t->process].pid;

	for (int i = 0; i < 3; i++) {
		fd_set set;
		if (t->arg[1 + i] == 0 ||
		    !why_peek(pid, t->arg[1 + i], &set, sizeof set))
			continue;
		for (int fd = 0; fd < FD_SETSIZE; fd++)
			if (FD_ISSET(fd, &set) && fd > highest &&
			    why_file_of(w, t->process, fd))
				highest = fd;
	}
	if (highest >= limit) {
		why_say(w, "  its first argument is %d, and fd %d is in a set",
			limit, highest);
		why_advise(w, WHY_SURE,
			   "select looks only at descriptors below its first "
			   "argument: that must be the highest one plus 1, "
			   "here %d",
			   highest + 1);
	} else if (highest == -1) {
		why_say(w, "  its first argument is %d, and its sets are empty",
			limit);
		why_advise(w, WHY_SURE,
			   "select leaves only the ready descriptors in the "
			   "sets, none after a time-out: fill them again "
			   "(FD_ZERO, FD_SET) before each call");
	}
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
	if (why_kind_of(t) == WHY_SELECT)
		explain_sets(w, t);
	if (count == 0)
		why_advise(w, WHY_LIKELY,
			   "%s waits for no descriptor at all: only a signal "
			   "could end it",
			   why_call_of(t)->name);
	why_advise(w, WHY_GENERAL,
		   "none of the descriptors in the list becomes ready");
}
