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

struct line {
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
parse(const char *line, struct line *l)
{
	return sscanf(line, "%*d: %15s %*s %7s %d %x:%x:%lu %llu %23s", l->kind,
		      l->mode, &l->pid, &l->major, &l->minor, &l->inode,
		      &l->start, l->end) == 8;
}

/*
 * Which process holds a lock. /proc/locks names the one that took it. But a
 * lock of flock, or an OFD lock, belongs to the open file, which fork shares:
 * the taker may have closed it or be gone, and a child may hold it still.
 */
static bool
find_holder(struct why_world *w, const struct line *l, struct why_lock *lock)
{
	const struct why_process *taker = why_process_of(w, l->pid);

	lock->taker = l->pid > 0 ? l->pid : 0;
	lock->fd = -1;
	if (strcmp(l->kind, "POSIX") == 0) {
		lock->holder = taker ? (int)(taker - w->process) : -1;
		return taker && taker->state != 'Z';
	}
	lock->holder = -1;
	for (int i = 0; i < w->files; i++) {
		const struct why_file *f = &w->file[i];
		char text[2048];
		if (f->inode != l->inode)
			continue;
		why_slurp(text, sizeof text, "/proc/%d/fdinfo/%d",
			  w->process[f->process].pid, f->fd);
		if (!strstr(text, "\nlock:"))
			continue;
		/* Of several, the one that took it. */
		if (lock->holder == -1 ||
		    w->process[f->process].pid == lock->taker) {
			lock->holder = f->process;
			lock->fd = f->fd;
		}
	}
	return lock->holder != -1;
}

/*
 * Finds who holds the lock that the thread waits for; false when no process of
 * the test does. In /proc/locks, those that wait for a lock follow its line.
 */
bool
why_lock_of(struct why_world *w, const struct why_thread *t,
	    struct why_lock *lock)
{
	char text[16384];
	struct line held = { 0 }, line;
	pid_t pid = w->process[t->process].pid;
	const struct why_file *f = why_file_of(w, t->process, (int)t->arg[0]);
	const char *kind = why_kind_of(t) == WHY_FLOCK ? "FLOCK"
			   : t->arg[1] == F_OFD_SETLKW ? "OFDLCK"
						       : "POSIX";

	if (!f || !why_slurp(text, sizeof text, "/proc/locks"))
		return false;
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
		snprintf(lock->words, sizeof lock->words,
			 "a %s lock, bytes %llu to %s",
			 strcmp(held.mode, "READ") == 0 ? "read" : "write",
			 held.start,
			 strcmp(held.end, "EOF") == 0 ? "the end" : held.end);
		return find_holder(w, &held, lock);
	}
	return false;
}

/* Does a thread of `process` wait for a lock that `owner` holds? */
static bool
waits_for_lock_of(struct why_world *w, int process, int owner)
{
	const struct why_process *p = &w->process[process];
	struct why_lock lock;

	for (int i = 0; i < p->threads; i++) {
		struct why_thread *t = &w->thread[p->first_thread + i];
		enum why_kind kind = why_kind_of(t);
		if ((kind == WHY_FLOCK || kind == WHY_FCNTL) &&
		    why_lock_of(w, t, &lock) && lock.holder == owner)
			return true;
	}
	return false;
}

/* Did another process take it than the one that holds it? */
static bool
is_inherited(struct why_world *w, const struct why_lock *lock)
{
	return lock->fd != -1 && lock->taker != 0 &&
	       lock->taker != w->process[lock->holder].pid;
}

static void
advise_lock(struct why_world *w, const struct why_thread *t,
	    const struct why_lock *lock)
{
	const char *holder = why_who(w, lock->holder);

	if (lock->holder == t->process)
		why_advise(w, WHY_SURE,
			   "an flock lock belongs to one open of the file: a "
			   "second open in the same process waits for the "
			   "first");
	else if (waits_for_lock_of(w, lock->holder, t->process))
		why_advise(w, WHY_SURE,
			   "each holds a lock that the other waits for: take "
			   "the locks in the same order everywhere");
	else if (is_inherited(w, lock))
		why_advise(w, WHY_SURE,
			   "a lock of flock belongs to the open file, which "
			   "fork shares: to close it in one process is not "
			   "enough while %s has it open (fd %d); unlock it "
			   "(LOCK_UN), or close the copy there",
			   holder, lock->fd);
	else
		why_advise(
		    w, WHY_GENERAL,
		    "the lock becomes free only when %s unlocks it, closes "
		    "the file, or ends",
		    holder);
}

void
why_explain_lock(struct why_world *w, const struct why_thread *t)
{
	bool whole = why_kind_of(t) == WHY_FLOCK;
	const struct why_file *f = why_file_of(w, t->process, (int)t->arg[0]);
	struct why_lock lock;

	why_head(w, t, "is blocked in %s(fd %d = %s)",
		 whole ? "flock" : "fcntl F_SETLKW", (int)t->arg[0],
		 f ? why_object(w, f) : "?");
	if (!why_lock_of(w, t, &lock)) {
		why_say(w, "  nobody in this test holds the lock");
		return;
	}
	bool own = lock.holder == t->process;
	why_say(w, "  %s is held by: %s", whole ? "the lock" : lock.words,
		own ? "the waiting process itself" : why_who(w, lock.holder));
	if (!own && is_inherited(w, &lock))
		why_say(w, "  it was taken by pid %d%s, and reached it by fork",
			lock.taker,
			lock.taker == w->process[t->process].pid
			    ? ", the waiting process itself"
			    : "");
	advise_lock(w, t, &lock);
}
