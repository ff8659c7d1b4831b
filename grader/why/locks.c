/*
 * File locks: flock(2), and fcntl(2) with F_SETLKW. /proc/locks lists which
 * process waits for which lock, and in fdinfo the locks that a
 * descriptor holds.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sysmacros.h>

#include "world.h"

struct lock {
	char kind[16]; /* FLOCK, POSIX, OFDLCK */
	char mode[8];  /* READ, WRITE */
	int pid;       /* -1 for OFDLCK */
	unsigned major, minor;
	unsigned long inode;
	unsigned long long start;
	char end[24]; /* a number, or EOF */
};

/* "1: POSIX  ADVISORY  WRITE 71 fe:00:23 0 EOF"; "->" marks one that waits. */
static bool
parse(const char *line, struct lock *l)
{
	return sscanf(line, "%*d: %15s %*s %7s %d %x:%x:%lu %llu %23s", l->kind,
		      l->mode, &l->pid, &l->major, &l->minor, &l->inode,
		      &l->start, l->end) == 8;
}

/*
 * The process that holds a lock. /proc/locks names it, but an flock stays
 * stays with the open file: a child may have it, its opener may be gone.
 */
static int
holder_of(struct why_world *w, const struct lock *l)
{
	const struct why_process *p = why_process_of(w, l->pid);

	if (p && p->state != 'Z')
		return (int)(p - w->process);
	for (int i = 0; i < w->files && strcmp(l->kind, "POSIX") != 0; i++) {
		const struct why_file *f = &w->file[i];
		char text[2048];
		if (f->inode != l->inode)
			continue;
		why_slurp(text, sizeof text, "/proc/%d/fdinfo/%d",
			  w->process[f->process].pid, f->fd);
		if (strstr(text, "\nlock:"))
			return f->process;
	}
	return -1;
}

/*
 * The pid of the process that holds the lock that the thread waits for; 0 when
 * none of the test does. `what` becomes the lock in words. In /proc/locks,
 * those that wait for a lock follow its line.
 */
pid_t
why_lock_holder(struct why_world *w, const struct why_thread *t, char *what,
		size_t size)
{
	char text[16384];
	struct lock held = { 0 }, line;
	pid_t pid = w->process[t->process].pid;
	const struct why_file *f = why_file_of(w, t->process, (int)t->arg[0]);
	const char *kind = why_kind_of(t) == WHY_FLOCK ? "FLOCK"
			   : t->arg[1] == F_OFD_SETLKW ? "OFDLCK"
						       : "POSIX";

	snprintf(what, size, "a lock");
	if (!f || !why_slurp(text, sizeof text, "/proc/locks"))
		return 0;
	for (char *next, *l = text; *l; l = next) {
		next = l + strcspn(l, "\n");
		if (*next)
			*next++ = '\0';
		char *arrow = strstr(l, "-> ");
		if (!arrow) {
			if (!parse(l, &held))
				held.inode = 0;
			continue;
		}
		*arrow = ' ';
		arrow[1] = ' ';
		if (!parse(l, &line) || strcmp(line.kind, kind) != 0 ||
		    line.inode != f->inode || held.inode != f->inode ||
		    (line.pid != pid && line.pid != -1))
			continue;
		snprintf(what, size, "a %s lock, bytes %llu to %s",
			 strcmp(held.mode, "READ") == 0 ? "read" : "write",
			 held.start,
			 strcmp(held.end, "EOF") == 0 ? "the end" : held.end);
		int process = holder_of(w, &held);
		return process == -1 ? 0 : w->process[process].pid;
	}
	return 0;
}

/* Does a thread of `process` wait for a lock that `pid` holds? */
static bool
waits_for_lock_of(struct why_world *w, int process, pid_t pid)
{
	const struct why_process *p = &w->process[process];
	char what[WHY_LINE];

	for (int i = 0; i < p->threads; i++) {
		struct why_thread *t = &w->thread[p->first_thread + i];
		enum why_kind kind = why_kind_of(t);
		if ((kind == WHY_FLOCK || kind == WHY_FCNTL) &&
		    why_lock_holder(w, t, what, sizeof what) == pid)
			return true;
	}
	return false;
}

void
why_explain_lock(struct why_world *w, const struct why_thread *t)
{
	char what[WHY_LINE];
	bool whole = why_kind_of(t) == WHY_FLOCK;
	const struct why_file *f = why_file_of(w, t->process, (int)t->arg[0]);
	pid_t own = w->process[t->process].pid;

	why_head(w, t, "is blocked in %s(fd %d = %s)",
		 whole ? "flock" : "fcntl F_SETLKW", (int)t->arg[0],
		 f ? why_object(w, f) : "?");
	pid_t pid = why_lock_holder(w, t, what, sizeof what);
	if (pid == 0) {
		why_say(w, "  nobody in this test holds the lock");
		return;
	}
	int holder = (int)(why_process_of(w, pid) - w->process);
	why_say(w, "  %s is held by: %s", whole ? "the lock" : what,
		pid == own ? "the waiting process itself" : why_who(w, holder));
	if (pid == own)
		why_advise(w, WHY_SURE,
			   "an flock lock belongs to one open of the file: a "
			   "second open in the same process waits for the "
			   "first");
	else if (waits_for_lock_of(w, holder, own))
		why_advise(w, WHY_SURE,
			   "each holds a lock that the other waits for: take "
			   "the locks in the same order everywhere");
	else
		why_advise(
		    w, WHY_GENERAL,
		    "the lock becomes free only when %s unlocks it, closes "
		    "the file, or ends",
		    why_who(w, holder));
}
