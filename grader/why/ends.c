/*
 * Blocked at a pipe, a FIFO or a connected socket: which processes hold the
 * other end, and which of the usual mistakes that is.
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/ioctl.h>
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

static void
advise_reader(struct why_world *w, int reader, const struct why_file *f,
	      bool own, int other)
{
	const char *end = f->type == WHY_SOCKET ? "other end" : "write end";

	if (own) {
		why_advise(w, WHY_SURE,
			   "a reader that keeps its own copy of the %s never "
			   "sees end-of-file: close the end you do not use",
			   end);
		return;
	}
	if (other == -1) {
		why_advise(w, WHY_GENERAL,
			   "a reader waits until somebody writes, and nobody "
			   "in this test can");
		return;
	}
	const char *role = w->process[other].role;
	const char *who = role[0] ? role : w->process[other].name;
	const char *the = role[0] ? "the " : "";
	if (waits_for(w, other, reader, true))
		why_advise(w, WHY_LIKELY,
			   "each side waits for the other to speak first: one "
			   "must write before it reads (is the text still in "
			   "a stdio buffer? fflush)");
	else if (why_process_is_in(w, other, WHY_CHILD))
		why_advise(w, WHY_LIKELY,
			   "a reader sees end-of-file only when every copy of "
			   "the %s is closed; %s%s still holds one",
			   end, the, who);
	else
		why_advise(w, WHY_GENERAL,
			   "a reader waits until %s%s writes something, or "
			   "every copy of the %s is closed",
			   the, who, end);
}

static void
advise_writer(struct why_world *w, int writer, const struct why_file *f,
	      bool own, int other)
{
	const char *what = f->type == WHY_SOCKET ? "socket" : "pipe";

	if (other == -1) {
		if (own)
			why_advise(w, WHY_SURE,
				   "the %s is full, and only the writer itself "
				   "could read it: a program cannot fill a "
				   "%s and read it later",
				   what, what);
		return;
	}
	if (why_process_is_in(w, other, WHY_CHILD))
		why_advise(w, WHY_SURE,
			   "the %s is full: its reader must read first and "
			   "only then wait",
			   what);
	else if (waits_for(w, other, writer, false))
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
	int bytes;
	int copy = why_borrow(w->process[f->process].pid, f->fd);

	buf[0] = '\0';
	if (copy == -1)
		return;
	if (f->type != WHY_SOCKET && ioctl(copy, FIONREAD, &bytes) == 0)
		snprintf(buf, size, " (%d bytes in it)", bytes);
	close(copy);
}

/*
 * The lines under "is blocked in read" or "write", and for poll: which
 * processes hold the other end of `f`.
 */
void
why_explain_ends(struct why_world *w, const struct why_thread *t,
		 const struct why_file *f, bool reading)
{
	struct why_file *ends[HOLDERS];
	char own[WHY_LINE / 4] = "", others[WHY_LINE / 2] = "", inside[64];
	const char *end = f->type == WHY_SOCKET ? "other end"
			  : reading		? "write end"
						: "read end";
	int other = -1;

	int count = why_other_ends(w, f, reading, ends, HOLDERS);
	for (int i = 0; i < count && i < HOLDERS; i++) {
		bool self = ends[i]->process == t->process;
		char *list = self ? own : others;
		size_t size = self ? sizeof own : sizeof others;
		size_t used = strlen(list);
		snprintf(list + used, size - used, "%s", used ? ", " : "");
		used = strlen(list);
		if (self) {
			snprintf(list + used, size - used, "fd %d",
				 ends[i]->fd);
			continue;
		}
		snprintf(list + used, size - used, "%s fd %d",
			 why_who(w, ends[i]->process), ends[i]->fd);
		/* One that is in wait(2) explains the most. */
		if (other == -1 ||
		    why_process_is_in(w, ends[i]->process, WHY_CHILD))
			other = ends[i]->process;
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
	if (reading)
		advise_reader(w, t->process, f, own[0], other);
	else
		advise_writer(w, t->process, f, own[0], other);
}
