/*
 * A loop that never sleeps, or only by time: which call it makes again and
 * again, what that returns, and which mistake that is.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "world.h"

enum {
	STEPS = 200, /* calls that are looked at, of one thread */
	RUNNING_MS =
	    1000, /* and for how long: a busy machine lets it run little */
	SLEEPING_MS = 1200, /* one that sleeps between two tries */
	ALL_MS = 3000,	    /* of all threads together */
	SHOWN = 3	    /* kinds of calls that a text shows */
};

/* A call that was made again and again, with the same kind of result. */
struct habit {
	struct why_step step; /* the last time */
	int count;
};

/* The call as world.h knows it, as if the thread were in it. */
static struct why_thread
as_thread(const struct why_thread *t, const struct why_step *step)
{
	struct why_thread x = { .tid = t->tid,
				.process = t->process,
				.in_call = true,
				.call = step->call };

	memcpy(x.arg, step->arg, sizeof x.arg);
	return x;
}

static int
sign(long n)
{
	return (n > 0) - (n < 0);
}

static bool
is_same(const struct why_step *a, const struct why_step *b)
{
	return a->call == b->call && a->arg[0] == b->arg[0] &&
	       (a->result == b->result ||
		(a->result > 0 && sign(b->result) > 0));
}

/* Memory for malloc, or for a sanitizer: the program has not called that. */
static bool
is_of_malloc(long call)
{
	return call == SYS_mprotect || call == SYS_madvise || call == SYS_brk;
}

/* Sorts the calls by what they are; the sleeps in between do not count. */
static int
find_habits(const struct why_thread *t, const struct why_step *steps, int n,
	    struct habit *habits, int max)
{
	int found = 0;

	for (int i = 0; i < n; i++) {
		struct why_thread x = as_thread(t, &steps[i]);
		int k = 0;
		/* Disturbed by us. */
		if (why_kind_of(&x) == WHY_SLEEP ||
		    is_of_malloc(steps[i].call) ||
		    steps[i].call == SYS_restart_syscall ||
		    steps[i].result <= -512)
			continue;
		while (k < found && !is_same(&habits[k].step, &steps[i]))
			k++;
		if (k == max)
			continue;
		found += k == found;
		habits[k].step = steps[i];
		habits[k].count++;
	}
	return found;
}

/* The path that the call was given, if it was given one. */
static bool
path_of(const struct why_thread *x, pid_t pid, char *name, size_t size,
	char *full, size_t full_size)
{
	const struct why_call *call = why_call_of(x);
	bool at = x->call == SYS_openat || x->call == SYS_openat2 ||
		  x->call == SYS_newfstatat || x->call == SYS_faccessat ||
		  x->call == SYS_unlinkat || x->call == SYS_mkdirat;
	static const char *const others[] = { "open", "stat", "access",
					      "unlink", "mkdir" };
	bool has = at;

	for (unsigned i = 0; call && i < sizeof others / sizeof others[0]; i++)
		has |= strcmp(call->name, others[i]) == 0;
	if (!has || !why_peek_string(pid, x->arg[at], name, size))
		return false;
	why_full_path(pid, at ? (int)x->arg[0] : AT_FDCWD, name, full,
		      full_size);
	return true;
}

static bool
takes_descriptor(const struct why_thread *x)
{
	switch (why_kind_of(x)) {
	case WHY_READ:
	case WHY_WRITE:
	case WHY_ACCEPT:
	case WHY_CONNECT:
	case WHY_FLOCK:
	case WHY_FCNTL:
	case WHY_MQ_RECEIVE:
	case WHY_MQ_SEND:
		return true;
	default:
		return x->call == SYS_lseek || x->call == SYS_close ||
		       x->call == SYS_fstat || x->call == SYS_ioctl;
	}
}

/* "read(fd 3 = pipe A)", "open("x.lock")", "wait, with WNOHANG", ... */
static void
name_call(struct why_world *w, const struct why_thread *x, char *words,
	  size_t size)
{
	const struct why_call *call = why_call_of(x);
	char name[WHY_NAME], full[PATH_MAX];
	pid_t pid = w->process[x->process].pid;

	if (!call) {
		snprintf(words, size, "system call %ld", x->call);
	} else if (takes_descriptor(x)) {
		const struct why_file *f =
		    why_file_of(w, x->process, (int)x->arg[0]);
		snprintf(words, size, "%s(fd %d%s%s)", call->name,
			 (int)x->arg[0], f ? " = " : "",
			 f ? why_object(w, f) : "");
	} else if (path_of(x, pid, name, sizeof name, full, sizeof full)) {
		bool open =
		    why_kind_of(x) == WHY_OPEN && x->call != SYS_openat2;
		int flags = (int)x->arg[x->call == SYS_openat ? 2 : 1];
		snprintf(words, size, "%s(\"%s\"%s)", call->name, name,
			 open && flags & O_EXCL ? ", O_CREAT | O_EXCL" : "");
	} else if (why_kind_of(x) == WHY_CHILD) {
		int options = (int)x->arg[x->call == SYS_wait4 ? 2 : 3];
		snprintf(words, size, "%s%s", call->name,
			 options & WNOHANG ? " with WNOHANG" : "");
	} else {
		snprintf(words, size, "%s", call->name);
	}
}

/* What poll said of its descriptors when it returned the last time. */
static short
poll_events(struct why_world *w, const struct why_thread *x, int *fd)
{
	struct pollfd list[WHY_WANTS];
	unsigned long count = x->arg[1] > WHY_WANTS ? WHY_WANTS : x->arg[1];

	if (why_kind_of(x) != WHY_POLL ||
	    !why_peek(w->process[x->process].pid, x->arg[0], list,
		      count * sizeof list[0]))
		return 0;
	for (unsigned long i = 0; i < count; i++)
		if (list[i].fd >= 0 && list[i].revents) {
			*fd = list[i].fd;
			return list[i].revents;
		}
	return 0;
}

static const char *
event_name(short events)
{
	return events & POLLNVAL  ? "POLLNVAL"
	       : events & POLLERR ? "POLLERR"
	       : events & POLLHUP ? "POLLHUP"
	       : events & POLLIN  ? "POLLIN"
	       : events & POLLOUT ? "POLLOUT"
				  : "an event";
}

/* The line under a process: a call, its result, how often. */
static void
say_habit(struct why_world *w, const struct why_thread *t,
	  const struct habit *h, long ms)
{
	struct why_thread x = as_thread(t, &h->step);
	char call[WHY_LINE / 2], result[WHY_NAME], total[64] = "";
	long value = h->step.result;
	const char *error = value < 0 ? strerrorname_np((int)-value) : NULL;
	uint64_t all = 0;
	int fd = -1;
	short events = value > 0 ? poll_events(w, &x, &fd) : 0;

	name_call(w, &x, call, sizeof call);
	if (value < 0)
		snprintf(result, sizeof result, "failed with %s",
			 error ? error : "an error");
	else if (events)
		snprintf(result, sizeof result, "returned %ld (%s on fd %d)",
			 value, event_name(events), fd);
	else if (value == 0 && why_kind_of(&x) == WHY_READ && x.arg[2] > 0)
		snprintf(result, sizeof result, "returned 0 (end of input)");
	else
		snprintf(result, sizeof result, "returned %ld", value);
	/* The kernel counts these two. */
	if ((x.call == SYS_read &&
	     why_io(w->process[t->process].pid, "syscr:", &all)) ||
	    (x.call == SYS_write &&
	     why_io(w->process[t->process].pid, "syscw:", &all)))
		snprintf(total, sizeof total, "; %lu calls of %s so far",
			 (unsigned long)all,
			 x.call == SYS_read ? "read" : "write");
	why_say(w, "  %s %s, %d time%s in %ld ms%s", call, result, h->count,
		h->count == 1 ? "" : "s", ms, total);
}

/* A file that is there although it should not be yet. */
static void
advise_lock_file(struct why_world *w, const struct why_thread *x)
{
	char name[WHY_NAME], full[PATH_MAX];
	double age;
	pid_t pid = w->process[x->process].pid;

	if (!path_of(x, pid, name, sizeof name, full, sizeof full))
		return;
	enum why_order order = why_file_made(w, x->process, full, &age);
	why_say(w, "  \"%s\" was made %s ago%s", name, why_age(age),
		order == WHY_BEFORE  ? ", before this program began"
		: order == WHY_AFTER ? ", after this program began"
				     : "");
	if (order == WHY_BEFORE)
		why_advise(w, WHY_SURE,
			   "the lock file \"%s\" is left from an earlier run, "
			   "which ended without unlink: nobody will remove it. "
			   "A lock of flock or fcntl ends with its process",
			   name);
	else
		why_advise(
		    w, WHY_SURE,
		    "the lock file \"%s\" exists, and nobody removes "
		    "it: it is left from a run that crashed, or whoever "
		    "made it does not unlink it on every way out. A lock "
		    "of flock or fcntl ends with its process",
		    name);
}

static void
advise_failure(struct why_world *w, const struct why_thread *x, int error)
{
	enum why_kind kind = why_kind_of(x);
	const char *name = why_call_of(x) ? why_call_of(x)->name : "a call";
	const char *word = strerrorname_np(error);

	const struct why_process *p = &w->process[x->process];

	if (error == EEXIST)
		advise_lock_file(w, x);
	else if (error == ECHILD && why_ignored_by(p) & 1 << (SIGCHLD - 1))
		why_advise(w, WHY_SURE,
			   "%s fails with ECHILD because SIGCHLD is ignored: "
			   "children that end leave nothing to wait for; set "
			   "it to SIG_DFL",
			   name);
	else if (error == EINVAL && kind == WHY_ACCEPT)
		why_advise(w, WHY_SURE,
			   "accept fails with EINVAL: the socket does not "
			   "listen. Either listen was not called, or shutdown "
			   "was, in a child, perhaps: that ends it for all who "
			   "share it, and close is enough");
	else if (error == ECHILD)
		why_advise(w, WHY_SURE,
			   "%s fails with ECHILD: there is no child left to "
			   "wait for; leave the loop at -1",
			   name);
	else if (error == ETIMEDOUT && kind == WHY_FUTEX)
		why_advise(w, WHY_LIKELY,
			   "each wait ends by its time limit (ETIMEDOUT), and "
			   "the loop waits again: the limit is a moment on a "
			   "clock (now, and so much more), not how long to "
			   "wait; and sem_timedwait and sem_clockwait return "
			   "-1 then, with ETIMEDOUT in errno, "
			   "pthread_cond_timedwait and its kind ETIMEDOUT "
			   "itself");
	else if (error == EAGAIN && kind != WHY_OTHER)
		why_advise(w, WHY_LIKELY,
			   "the descriptor is non-blocking, so %s fails with "
			   "EAGAIN until something comes: wait for that in "
			   "poll, or do not set O_NONBLOCK",
			   name);
	else if (error == EAGAIN || error == ENOMSG || error == EBUSY)
		why_advise(w, WHY_LIKELY,
			   "%s is tried again and again instead of waiting: "
			   "without the flag for that, it sleeps until it can "
			   "succeed",
			   name);
	else if (error == ENOENT || error == ENXIO || error == ECONNREFUSED)
		why_advise(w, WHY_LIKELY,
			   "%s fails with %s each time: what it looks for is "
			   "never made in this test, or under another name",
			   name, word);
	else
		why_advise(w, WHY_SURE,
			   "%s fails with %s each time, and the loop goes on: "
			   "look at its result, and leave the loop at -1",
			   name, word ? word : "an error");
}

/* A socket with an address and without a peer, such as one that listened. */
static bool
is_unconnected(struct why_world *w, int process, int fd)
{
	const struct why_file *f = why_file_of(w, process, fd);
	struct why_socket s;

	return f && f->type == WHY_SOCKET && why_socket_of(f->inode, &s) &&
	       s.stream && s.local && s.peer == 0 && s.name[0];
}

/*
 * A descriptor that the process reads and that is at its end: -1 if there is
 * none. Through stdio, such a read makes no call any more.
 */
static int
input_at_end(struct why_world *w, const struct why_process *p)
{
	for (int i = p->first_file; i < p->first_file + p->files; i++) {
		const struct why_file *f = &w->file[i];
		char text[1024];
		uint64_t position = 0;
		struct stat s;
		if (!f->reads)
			continue;
		if ((f->type == WHY_PIPE || f->type == WHY_FIFO) &&
		    !why_is_outside(f) &&
		    why_other_ends(w, f, true, NULL, 0) == 0 &&
		    why_unread(p->pid, f->fd) == 0)
			return f->fd;
		snprintf(text, sizeof text, "/proc/%d/fd/%d", p->pid, f->fd);
		if (f->type != WHY_OTHER_FILE || stat(text, &s) == -1 ||
		    !S_ISREG(s.st_mode))
			continue;
		if (why_slurp(text, sizeof text, "/proc/%d/fdinfo/%d", p->pid,
			      f->fd) &&
		    why_field(text, "pos:", 10, &position) && position > 0 &&
		    position >= (uint64_t)s.st_size)
			return f->fd;
	}
	return -1;
}

/* A loop without calls: it computes, or looks at memory. */
static void
advise_silent(struct why_world *w, const struct why_process *p)
{
	int fd = input_at_end(w, p);

	why_say(w, "  it makes no system calls");
	if (fd != -1) {
		why_say(w, "  its input, fd %d, is at the end", fd);
		why_advise(w, WHY_LIKELY,
			   "a loop that never ends. If it reads by getchar, "
			   "fgets or scanf: at the end of the input they "
			   "return EOF or NULL at once, each time; leave the "
			   "loop then");
		return;
	}
	why_advise(w, WHY_LIKELY,
		   "a loop that computes without end, or that waits for a "
		   "variable to change (wait in a call that sleeps, such as "
		   "sem_wait), or goes on reading by getchar or scanf when "
		   "they return EOF");
}

static void
advise_habit(struct why_world *w, const struct why_thread *t,
	     const struct habit *h)
{
	struct why_thread x = as_thread(t, &h->step);
	enum why_kind kind = why_kind_of(&x);
	long result = h->step.result;
	int fd = -1;
	short events = result > 0 ? poll_events(w, &x, &fd) : 0;

	if (result < 0)
		advise_failure(w, &x, (int)-result);
	else if (kind == WHY_READ && result == 0 && x.arg[2] > 0)
		why_advise(
		    w, WHY_SURE,
		    "%s returned 0: that is the end of the input, not "
		    "\"nothing yet\", and it stays so; leave the loop at "
		    "0",
		    why_call_of(&x)->name);
	else if (x.call == SYS_kill && result == 0 && (int)x.arg[1] == 0)
		why_advise(w, WHY_LIKELY,
			   "kill with signal 0 succeeds for a child that has "
			   "ended, until it is waited for: call waitpid, which "
			   "sleeps until then");
	else if (kind == WHY_CHILD && result == 0)
		why_advise(w, WHY_LIKELY,
			   "wait with WNOHANG returns 0 as long as the child "
			   "runs: without WNOHANG it sleeps until then");
	else if (events & POLLNVAL)
		why_advise(w, WHY_SURE,
			   "poll reports POLLNVAL: fd %d is not open; take it "
			   "out of the list when it is closed (-1)",
			   fd);
	else if (events & POLLHUP && is_unconnected(w, t->process, fd))
		why_advise(w, WHY_SURE,
			   "poll reports POLLHUP for fd %d, a socket that is "
			   "not connected: shutdown was called on it, in a "
			   "child, perhaps: that ends it for all who share it, "
			   "and close is enough",
			   fd);
	else if (events & (POLLHUP | POLLERR))
		why_advise(w, WHY_SURE,
			   "poll reports %s for fd %d at once, each time: the "
			   "other end is closed; read to the end, close it and "
			   "take it out of the list (-1)",
			   event_name(events), fd);
	else if (kind == WHY_POLL || kind == WHY_SELECT || kind == WHY_EPOLL)
		why_advise(w, WHY_LIKELY,
			   result == 0
			       ? "%s with a time limit is tried again and "
				 "again: what it waits for does not come"
			       : "%s returns at once, each time: a descriptor "
				 "is ready, and the loop does not take what is "
				 "there, or watches for room that there always "
				 "is",
			   why_call_of(&x)->name);
}

/* A call of its own for each byte: that takes long, even where it comes to its end. */
static void
advise_byte_by_byte(struct why_world *w, const struct why_thread *t,
		    const struct habit *h)
{
	struct why_thread x = as_thread(t, &h->step);
	enum why_kind kind = why_kind_of(&x);

	if ((kind == WHY_READ || kind == WHY_WRITE) && x.arg[2] == 1 &&
	    h->step.result == 1 && h->count >= STEPS / 4)
		why_advise(w, WHY_LIKELY,
			   "%s is called for each byte, and takes nearly as "
			   "long for one as for a thousand: pass on in one "
			   "call all that is there",
			   why_call_of(&x)->name);
}

/*
 * What /proc shows where nothing else can be seen: whether the process reads
 * again and again, and gets nothing. False if it does not.
 */
static bool
explain_reads(struct why_world *w, const struct why_thread *t)
{
	static const struct timespec moment = { .tv_nsec = 50000000 };
	pid_t pid = w->process[t->process].pid;
	uint64_t calls, bytes, later, more;

	if (!why_io(pid, "syscr:", &calls) || !why_io(pid, "rchar:", &bytes))
		return false;
	nanosleep(&moment, NULL);
	if (!why_io(pid, "syscr:", &later) || !why_io(pid, "rchar:", &more) ||
	    later - calls < 10 || more != bytes)
		return false;
	why_say(w, "  %lu calls of read in 50 ms brought nothing",
		(unsigned long)(later - calls));
	why_advise(w, WHY_LIKELY,
		   "read is called again and again, and brings nothing: 0 is "
		   "the end of the input, -1 an error; leave the loop at both");
	return true;
}

/*
 * What a thread does again and again that runs, or sleeps only by time. Watches
 * it for a moment: see trace.c.
 */
void
why_explain_loop(struct why_world *w, const struct why_thread *t)
{
	struct why_step steps[STEPS];
	struct habit habits[STEPS] = { 0 };
	struct timespec from, to;
	bool runs = !t->in_call;
	bool sleeps = !runs && why_kind_of(t) == WHY_SLEEP;
	int n = 0, found = 0;

	/* One that is looked at stays stopped, and others may need it. */
	if (why_is_helper(&w->process[t->process]))
		return;
	clock_gettime(CLOCK_MONOTONIC, &from);
	if (w->traced < ALL_MS)
		n = why_trace(t->tid, steps, STEPS,
			      runs ? RUNNING_MS : SLEEPING_MS);
	clock_gettime(CLOCK_MONOTONIC, &to);
	long ms = (to.tv_sec - from.tv_sec) * 1000 +
		  (to.tv_nsec - from.tv_nsec) / 1000000;
	w->traced += (int)ms;
	if (n > 0)
		found = find_habits(t, steps, n, habits, STEPS);
	for (int i = 0; i < found && i < SHOWN; i++)
		say_habit(w, t, &habits[i], ms + 1);
	if (w->process[t->process].other)
		return; /* sort or tail: the mistake is elsewhere */
	/* What fails, or brings nothing, tells more than what succeeds. */
	for (int i = 0; i < found; i++)
		if (habits[i].step.result <= 0)
			advise_habit(w, t, &habits[i]);
	for (int i = 0; i < found; i++)
		advise_byte_by_byte(w, t, &habits[i]);
	for (int i = 0; i < found; i++)
		if (habits[i].step.result > 0)
			advise_habit(w, t, &habits[i]);
	if (runs && n == -1 && explain_reads(w, t))
		return;
	if (runs && n == 0 && w->traced < ALL_MS) {
		advise_silent(w, &w->process[t->process]);
	} else if (runs) {
		why_advise(w, WHY_LIKELY,
			   "a loop that never ends, or that polls for what "
			   "another process is to do: wait in a call that "
			   "sleeps");
	} else if (sleeps) {
		why_advise(w, WHY_GENERAL,
			   "a sleep does not order processes: wait for the "
			   "event itself");
	}
}
