/*
 * Blocked at a pipe, a FIFO or a connected socket: which processes hold the
 * other end, and which of the usual mistakes that is.
 */
#define _GNU_SOURCE
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "world.h"

/* More holders than this are counted, not listed. */
enum { HOLDERS = 16 };

/*
 * Does `holder` wait, with a thread that reads (or writes), for an end that
 * `process` holds? Then each waits for the other.
 */
static bool
waits_for(struct why_world *w, int holder, int process, bool reading)
{
	const struct why_process *p = &w->process[holder];

	for (int i = 0; i < p->threads; i++) {
		const struct why_thread *t = &w->thread[p->first_thread + i];
		struct why_file *ends[HOLDERS];
		if (why_kind_of(t) != (reading ? WHY_READ : WHY_WRITE))
			continue;
		const struct why_file *f =
		    why_file_of(w, holder, (int)t->arg[0]);
		if (!f || f->type == WHY_OTHER_FILE)
			continue;
		int count = why_other_ends(w, f, reading, ends, HOLDERS);
		for (int k = 0; k < count && k < HOLDERS; k++)
			if (ends[k]->process == process)
				return true;
	}
	return false;
}

/* What a reader or writer waits at, and who could end that. */
struct view {
	const struct why_thread *t;
	const struct why_file *f;
	bool reading;
	struct why_file *ends[HOLDERS];
	int count;		      /* there may be more than HOLDERS */
	const struct why_file *own;   /* a copy of the other end; or NULL */
	const struct why_file *other; /* of another process; or NULL */
};

static const char *
role_or_name(struct why_world *w, int process)
{
	const struct why_process *p = &w->process[process];

	return p->role[0] ? p->role : p->name;
}

static bool
is_ancestor(struct why_world *w, int process, int of)
{
	const struct why_process *p = &w->process[of];

	for (int i = 0; p && i < w->processes; i++) {
		if (p == &w->process[process])
			return true;
		p = why_process_of(w, p->parent);
	}
	return false;
}

/* Whether a child of the process has ended, awaited or not. */
static bool
has_lost_child(struct why_world *w, int process)
{
	for (int i = 0; i < w->processes; i++)
		if (w->process[i].parent == w->process[process].pid &&
		    w->process[i].state == 'Z')
			return true;
	return w->process[process].reaped;
}

/* Does the parent of `child` wait for it and for no other? */
static bool
is_awaited(struct why_world *w, int child)
{
	const struct why_process *parent =
	    why_process_of(w, w->process[child].parent);

	for (int i = 0; parent && i < parent->threads; i++) {
		const struct why_thread *t =
		    &w->thread[parent->first_thread + i];
		if (why_kind_of(t) == WHY_CHILD &&
		    why_awaited(t) == w->process[child].pid)
			return true;
	}
	return false;
}

static bool
is_sibling(struct why_world *w, int a, int b)
{
	return a != b && w->process[a].parent == w->process[b].parent &&
	       w->process[a].parent != w->root;
}

/* Does the holder of this end have the other end of the pipe, too? */
static bool
has_both_ends(struct why_world *w, const struct view *v,
	      const struct why_file *end)
{
	const struct why_process *p = &w->process[end->process];

	for (int i = p->first_file; i < p->first_file + p->files; i++)
		if (v->f->type != WHY_SOCKET &&
		    w->file[i].inode == end->inode &&
		    w->file[i].device == end->device &&
		    (v->reading ? w->file[i].reads : w->file[i].writes))
			return true;
	return false;
}

/*
 * A copy of an end that its holder has only by fork: of a program such as cat,
 * which knows of nothing but its standard descriptors; or of a sibling that has
 * both ends of the same pipe, where the parent waits for just this process, or
 * more than one sibling has them.
 */
static bool
is_stray(struct why_world *w, const struct view *v, const struct why_file *end)
{
	const struct why_process *p = &w->process[end->process];
	int siblings = 0;

	if (end->process == v->t->process || p->is_shell ||
	    is_ancestor(w, end->process, v->t->process))
		return false;
	if (p->other && end->fd > STDERR_FILENO)
		return true;
	for (int i = 0; i < v->count && i < HOLDERS; i++)
		siblings += is_sibling(w, v->ends[i]->process, v->t->process);
	return is_sibling(w, end->process, v->t->process) &&
	       has_both_ends(w, v, end) &&
	       (siblings > 1 || is_awaited(w, v->t->process));
}

/* Is it a copy of another process? */
static bool
is_of_another(struct why_world *w, const struct view *v,
	      const struct why_file *end)
{
	(void)w;
	return end->process != v->t->process;
}

typedef bool is_wanted(struct why_world *w, const struct view *v,
		       const struct why_file *end);

/* The first copy that is wanted; `list` becomes "cat (child 2) fd 4, ..." of all. */
static const struct why_file *
copies(struct why_world *w, const struct view *v, is_wanted *wanted, char *list,
       size_t size, int *count)
{
	const struct why_file *first = NULL;

	list[0] = '\0';
	*count = 0;
	for (int i = 0; i < v->count && i < HOLDERS; i++) {
		size_t used = strlen(list);
		if (!wanted(w, v, v->ends[i]))
			continue;
		snprintf(list + used, size - used, "%s%s fd %d",
			 used ? ", " : "", why_who(w, v->ends[i]->process),
			 v->ends[i]->fd);
		first = first ? first : v->ends[i];
		++*count;
	}
	return first;
}

/* Is there a holder that runs above the reader and has the end open, too? */
static bool
ancestor_holds(struct why_world *w, const struct view *v)
{
	for (int i = 0; i < v->count && i < HOLDERS; i++)
		if (is_ancestor(w, v->ends[i]->process, v->t->process))
			return true;
	return false;
}

/* Which of the two sides is a filter that answers at the end of its input? */
static bool
is_filter(struct why_world *w, const struct why_thread *t)
{
	return w->process[t->process].other && (int)t->arg[0] == STDIN_FILENO;
}

static const struct why_thread *
reading_thread(struct why_world *w, int process)
{
	const struct why_process *p = &w->process[process];

	for (int i = 0; i < p->threads; i++)
		if (why_kind_of(&w->thread[p->first_thread + i]) == WHY_READ)
			return &w->thread[p->first_thread + i];
	return NULL;
}

static uint64_t
written_by(struct why_world *w, int process)
{
	uint64_t bytes = 0;

	why_io(w->process[process].pid, "wchar:", &bytes);
	return bytes;
}

/* How much has come over this connection so far, if the kernel counts it. */
static uint64_t
received(struct why_world *w, const struct why_file *f)
{
	struct tcp_info info = { 0 };
	socklen_t size = sizeof info;
	int copy = why_borrow(w->process[f->process].pid, f->fd);

	if (copy == -1)
		return 0;
	if (getsockopt(copy, IPPROTO_TCP, TCP_INFO, &info, &size) == -1)
		info.tcpi_bytes_received = 0;
	why_give_back(copy);
	return info.tcpi_bytes_received;
}

/* Is this a process whose parent has ended? */
static bool
is_orphan(const struct why_world *w, const struct why_process *p)
{
	return p->parent == w->root && p->pid != w->shell &&
	       (w->shell != 0 || p != &w->process[0]);
}

/* Each side reads, and neither writes: was nothing sent, or not enough? */
static void
advise_dialogue(struct why_world *w, const struct view *v)
{
	const struct why_thread *t = v->t;
	const struct why_thread *o = reading_thread(w, v->other->process);
	int other = v->other->process;
	bool socket = v->f->type == WHY_SOCKET;

	if (o && is_filter(w, o) && !is_filter(w, t)) {
		/* Seen from the other side, the filter's, it is the same. */
		const struct why_file *in = why_file_of(w, other, 0);
		struct why_file *ends[1];
		if (written_by(w, t->process) > 0 && in &&
		    why_other_ends(w, in, true, ends, 1) == 1 &&
		    ends[0]->process == t->process)
			why_advise(w, WHY_SURE,
				   "%s reads until the end of its input before "
				   "it answers: %s must close the write end "
				   "(fd %d) before it reads the answer",
				   w->process[other].name,
				   why_who(w, t->process), ends[0]->fd);
		else
			why_advise(w, WHY_LIKELY,
				   "%s reads its input before it answers, and "
				   "nothing has come: is the text still in a "
				   "stdio buffer? fflush, then close the write "
				   "end",
				   w->process[other].name);
		return;
	}
	if (is_filter(w, t) && o && !is_filter(w, o)) {
		if (written_by(w, other) > 0)
			why_advise(w, WHY_SURE,
				   "%s reads until the end of its input before "
				   "it answers: %s must close the write end "
				   "(fd %d) before it reads the answer",
				   w->process[t->process].name,
				   why_who(w, other), v->other->fd);
		return;
	}
	if (socket && received(w, v->f) > 0)
		why_advise(
		    w, WHY_LIKELY,
		    "%s has received %lu bytes and waits for more, or for the "
		    "end, while %s waits for its answer: shutdown with "
		    "SHUT_WR tells that no more comes; or answer as soon "
		    "as the request is complete",
		    why_who(w, t->process), (unsigned long)received(w, v->f),
		    why_who(w, other));
	else if (socket && received(w, v->other) > 0)
		return; /* told from the other side */
	else if (!socket && written_by(w, other) > 0)
		why_advise(w, WHY_LIKELY,
			   "%s has written %lu bytes, and %s waits for up to "
			   "%lu more, or for the end: write all that is read "
			   "there, or close the write end (fd %d) before "
			   "waiting for an answer",
			   why_who(w, other),
			   (unsigned long)written_by(w, other),
			   why_who(w, t->process), t->arg[2], v->other->fd);
	else if (!socket && written_by(w, t->process) > 0)
		return; /* told from the other side */
	else
		why_advise(w, WHY_LIKELY,
			   "each side waits for the other to speak first: one "
			   "must write before it reads (is the text still in "
			   "a stdio buffer? fflush)%s",
			   socket ? "; or one reads until the end: shutdown "
				    "with SHUT_WR tells it that no more comes"
				  : "");
}

/* A recv that must be filled: how much has come shows when it is disturbed. */
static void
explain_whole(struct why_world *w, const struct view *v)
{
	const struct why_thread *t = v->t;
	bool socket = v->f->type == WHY_SOCKET && t->call == SYS_recvfrom;

	if (!v->reading || !socket || !(t->arg[3] & MSG_WAITALL))
		return;
	long come = why_interrupt(t->tid);
	if (come >= 0)
		why_say(w, "  MSG_WAITALL: %ld of %lu bytes have come", come,
			t->arg[2]);
	else
		why_say(w, "  MSG_WAITALL: it waits for all of %lu bytes",
			t->arg[2]);
	why_advise(w, WHY_SURE,
		   "with MSG_WAITALL recv returns only when all %lu bytes have "
		   "come, or at the end: without it, it returns what is there",
		   t->arg[2]);
}

/*
 * Another process that holds the end and is itself asleep, neither at an end nor for a
 * child? Then the end is open because of that: the reader waits for what it would do.
 */
static bool
holder_sleeps(struct why_world *w, const struct view *v)
{
	for (int i = 0; i < v->count && i < HOLDERS; i++) {
		int holder = v->ends[i]->process;

		for (int kind = WHY_FUTEX; kind <= WHY_MQ_SEND; kind++)
			if (holder != v->t->process &&
			    why_process_is_in(w, holder, kind))
				return true;
	}
	return false;
}

static void
advise_reader(struct why_world *w, const struct view *v)
{
	const char *end = v->f->type == WHY_SOCKET ? "other end" : "write end";
	char list[WHY_LINE / 2], held[WHY_LINE / 2];
	int count, holders;
	const struct why_file *stray =
	    copies(w, v, is_stray, list, sizeof list, &count);

	copies(w, v, is_of_another, held, sizeof held, &holders);
	if (v->own && v->other && holders > 0) {
		why_advise(w, WHY_SURE,
			   "a reader sees end-of-file only when every copy of "
			   "the %s is closed; these are open: its own fd %d, "
			   "%s%s",
			   end, v->own->fd, held,
			   ancestor_holds(w, v)
			       ? " (a child inherits what its parent has open "
				 "at fork)"
			       : "");
		return;
	}
	if (v->own && v->own->type != WHY_SOCKET && v->own->reads) {
		why_advise(
		    w, WHY_SURE,
		    "fd %d is open for reading and for writing (O_RDWR), "
		    "so the reader is a writer itself and never sees "
		    "end-of-file: open it for reading only",
		    v->own->fd);
		return;
	}
	if (v->own) {
		why_advise(w, WHY_SURE,
			   "a reader that keeps its own copy of the %s never "
			   "sees end-of-file: close the end you do not use",
			   end);
		return;
	}
	if (!v->other) {
		why_advise(w, WHY_GENERAL,
			   "a reader waits until somebody writes, and nobody "
			   "in this test can");
		return;
	}
	int other = v->other->process;
	const char *who = role_or_name(w, other);
	const char *the = w->process[other].role[0] ? "the " : "";
	if (stray && count == 1) {
		why_advise(
		    w, WHY_SURE,
		    "%s sees the end of its input only when every copy "
		    "of the %s is closed; %s inherited one by fork, fd %d, "
		    "and must close it",
		    why_who(w, v->t->process), end, why_who(w, stray->process),
		    stray->fd);
	} else if (stray) {
		why_advise(
		    w, WHY_SURE,
		    "%s sees the end of its input only when every copy "
		    "of the %s is closed; these were inherited by fork and "
		    "must be closed: %s",
		    why_who(w, v->t->process), end, list);
	} else if (waits_for(w, other, v->t->process, true)) {
		advise_dialogue(w, v);
	} else if (is_orphan(w, &w->process[other]) &&
		   !is_orphan(w, &w->process[v->t->process])) {
		why_advise(
		    w, WHY_SURE,
		    "%s, pid %d, whose parent has ended, inherited the %s "
		    "as fd %d and keeps it open, so the end never "
		    "comes: a process that goes on in the background "
		    "must close or redirect what it inherited",
		    w->process[other].name, w->process[other].pid, end,
		    v->other->fd);
	} else if (holder_sleeps(w, v)) {
		why_advise(w, WHY_GENERAL,
			   "%s waits for those that have the %s open, and they "
			   "wait for something else",
			   why_who(w, v->t->process), end);
	} else if (why_process_is_in(w, other, WHY_CHILD) && holders > 1) {
		why_advise(w, WHY_LIKELY,
			   "a reader sees end-of-file only when every copy of "
			   "the %s is closed; these are open: %s",
			   end, held);
	} else if (why_process_is_in(w, other, WHY_CHILD)) {
		why_advise(w, WHY_LIKELY,
			   "a reader sees end-of-file only when every copy of "
			   "the %s is closed; %s%s still holds one",
			   end, the, who);
	} else if (!ancestor_holds(w, v) && is_awaited(w, v->t->process)) {
		why_advise(w, WHY_LIKELY,
			   "%s sees the end of its input only when %s closes "
			   "the %s, fd %d: a child must close what it "
			   "inherited and does not use",
			   why_who(w, v->t->process), why_who(w, other), end,
			   v->other->fd);
	} else {
		why_advise(w, WHY_GENERAL,
			   "a reader waits until %s%s writes something, or "
			   "every copy of the %s is closed",
			   the, who, end);
	}
}

static void
advise_writer(struct why_world *w, const struct view *v)
{
	const char *what = v->f->type == WHY_SOCKET ? "socket" : "pipe";
	const struct why_process *writer = &w->process[v->t->process];
	const struct why_process *parent = why_process_of(w, writer->parent);

	if (!v->other) {
		if (v->own && ((parent && !parent->is_shell) ||
			       has_lost_child(w, v->t->process)))
			why_advise(
			    w, WHY_SURE,
			    "nobody reads the %s any more, but the writer "
			    "itself has a copy of the read end, fd %d, so "
			    "it gets no SIGPIPE: it must close that one "
			    "after fork",
			    what, v->own->fd);
		else if (v->own)
			why_advise(w, WHY_SURE,
				   "the %s is full, and only the writer itself "
				   "could read it: a program cannot fill a "
				   "%s and read it later",
				   what, what);
		return;
	}
	int other = v->other->process;
	bool waits = why_process_is_in(w, other, WHY_CHILD);
	char list[WHY_LINE / 2];
	int count;
	const struct why_file *stray =
	    copies(w, v, is_stray, list, sizeof list, &count);
	if (stray)
		why_advise(
		    w, WHY_SURE,
		    "the %s is full, and %s only has a copy of the read "
		    "end, fd %d, which it never reads: it must close it, "
		    "so that the writer gets SIGPIPE when its reader is "
		    "gone",
		    what, why_who(w, stray->process), stray->fd);
	else if (waits && has_lost_child(w, other))
		why_advise(w, WHY_SURE,
			   "the %s is full, and %s, which waits, has the only "
			   "read end (fd %d): if a child was to read, it has "
			   "ended, and that copy must be closed, so that the "
			   "writer gets SIGPIPE; otherwise read first and only "
			   "then wait",
			   what, why_who(w, other), v->other->fd);
	else if (waits)
		why_advise(
		    w, WHY_SURE,
		    "the %s is full, and %s, which waits, holds its read "
		    "end (fd %d): it must read first and only then wait; "
		    "or, when it has read all that it wants, close that "
		    "end, whatever its number, so that the writer gets "
		    "SIGPIPE",
		    what, why_who(w, other), v->other->fd);
	else if (waits_for(w, other, v->t->process, false))
		why_advise(w, WHY_SURE,
			   "both sides write and nobody reads, until both "
			   "buffers are full: read what has come before "
			   "writing more");
	else
		why_advise(w, WHY_GENERAL,
			   "the %s is full, and %s does not read it", what,
			   why_who(w, other));
}

/* How much is inside, where the kernel says: " (65536 bytes in it)". */
static void
fill(struct why_world *w, const struct why_file *f, char *buf, size_t size)
{
	int bytes = f->type == WHY_SOCKET
			? -1
			: why_unread(w->process[f->process].pid, f->fd);

	buf[0] = '\0';
	if (bytes >= 0)
		snprintf(buf, size, " (%d byte%s in it)", bytes,
			 bytes == 1 ? "" : "s");
}

/*
 * The lines under "is blocked in read" or "write", and for poll: which
 * processes hold the other end of `f`.
 */
void
why_explain_ends(struct why_world *w, const struct why_thread *t,
		 const struct why_file *f, bool reading)
{
	struct view v = { .t = t, .f = f, .reading = reading };
	char own[WHY_LINE / 4] = "", others[WHY_LINE / 2] = "", inside[64];
	const char *end = f->type == WHY_SOCKET ? "other end"
			  : reading		? "write end"
						: "read end";

	int count = v.count = why_other_ends(w, f, reading, v.ends, HOLDERS);
	for (int i = 0; i < count && i < HOLDERS; i++) {
		bool self = v.ends[i]->process == t->process;
		char *list = self ? own : others;
		size_t size = self ? sizeof own : sizeof others;
		size_t used = strlen(list);
		snprintf(list + used, size - used, "%s", used ? ", " : "");
		used = strlen(list);
		if (self) {
			v.own = v.own ? v.own : v.ends[i];
			snprintf(list + used, size - used, "fd %d",
				 v.ends[i]->fd);
			continue;
		}
		snprintf(list + used, size - used, "%s fd %d",
			 why_who(w, v.ends[i]->process), v.ends[i]->fd);
		/* One that is in wait(2) explains the most. */
		if (!v.other ||
		    why_process_is_in(w, v.ends[i]->process, WHY_CHILD))
			v.other = v.ends[i];
	}
	fill(w, f, inside, sizeof inside);
	if (others[0])
		why_say(w, "  the %s of %s is %sopen in: %s%s", end,
			why_object(w, f), reading ? "still " : "", others,
			reading ? "" : inside);
	else if (count == 0)
		why_say(w,
			"  the %s of %s: nobody in this test has it open%s%s",
			end, why_object(w, f),
			why_is_outside(f) ? "; it leads out of the test" : "",
			reading ? "" : inside);
	if (own[0])
		why_say(w, "  the waiting process itself holds %s%s%s: %s",
			others[0] ? "it open too" : "the ",
			others[0] ? "" : end, others[0] ? "" : " open", own);
	if (count > HOLDERS)
		why_say(w, "  and %d more", count - HOLDERS);
	explain_whole(w, &v);
	if (reading)
		advise_reader(w, &v);
	else
		advise_writer(w, &v);
}
