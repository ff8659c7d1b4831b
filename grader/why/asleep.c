/*
 * Is this a deadlock, for certain?
 *
 * Every rule here errs to the same side. A wait counts only when it is known to
 * be without limit, and when all that could end it are known to be in the
 * test and asleep as well. Whatever is unknown may end by itself.
 *
 * The box is taken for a closed world: System V objects, POSIX queues and
 * semaphores, signals, FIFOs and named UNIX sockets are used only by the
 * processes of the test. What can lead out is a descriptor that was handed
 * down, and the network.
 */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "why.h"
#include "world.h"

/* Does a process of the test hold the other end, and no one outside? */
static bool
held_inside(struct why_world *w, unsigned long inode)
{
	bool held = false;

	for (int i = 0; i < w->files; i++) {
		if (w->file[i].type != WHY_SOCKET || w->file[i].inode != inode)
			continue;
		if (why_is_outside(&w->file[i]))
			return false;
		held = true;
	}
	return held;
}

/*
 * SO_RCVTIMEO and SO_SNDTIMEO limit calls that look unlimited. One of a day or
 * more does not count: programs set it to get EINTR from a call that would
 * otherwise be restarted after a signal.
 */
enum { FOREVER = 24 * 3600 };

static bool
has_time_limit(struct why_world *w, const struct why_file *f)
{
	static const int options[] = { SO_RCVTIMEO, SO_SNDTIMEO };
	bool limited = false;
	int copy = why_borrow(w->process[f->process].pid, f->fd);

	if (copy == -1)
		return true;
	for (int i = 0; i < 2; i++) {
		struct timeval limit;
		socklen_t size = sizeof limit;
		if (getsockopt(copy, SOL_SOCKET, options[i], &limit, &size) ==
			-1 ||
		    ((limit.tv_sec != 0 || limit.tv_usec != 0) &&
		     limit.tv_sec < FOREVER))
			limited = true;
	}
	why_give_back(copy);
	return limited;
}

/* Anybody may send to a datagram socket, unless it is connected. */
static bool
datagram_inside(struct why_world *w, const struct why_thread *t,
		const struct why_socket *s, bool reading)
{
	char name[WHY_NAME];
	struct why_socket to;

	if (s->peer != 0)
		return held_inside(w, s->peer);
	if (reading)
		return s->local || why_only_loopback();
	return s->local && why_kind_of(t) == WHY_WRITE &&
	       why_address(w->process[t->process].pid, t->arg[4], t->arg[5],
			   name, sizeof name) &&
	       why_socket_named(name, &to) && held_inside(w, to.inode);
}

static bool
socket_inside(struct why_world *w, const struct why_thread *t,
	      const struct why_file *f, bool reading)
{
	struct why_socket s;

	if (!why_socket_of(f->inode, &s) || s.moving)
		return false;
	if (s.listening)
		return s.local || why_only_loopback();
	if (!s.stream)
		return datagram_inside(w, t, &s, reading);
	return held_inside(w, s.peer != 0 ? s.peer : s.listener);
}

static bool
connect_inside(struct why_world *w, const struct why_thread *t)
{
	char name[WHY_NAME];
	struct why_socket to;

	return why_address(w->process[t->process].pid, t->arg[1], t->arg[2],
			   name, sizeof name) &&
	       why_socket_named(name, &to) && to.local &&
	       held_inside(w, to.inode);
}

/* Can only the test itself make this descriptor ready? */
static bool
file_inside(struct why_world *w, const struct why_thread *t,
	    const struct why_want *want)
{
	const struct why_file *f = why_file_of(w, t->process, want->fd);
	bool hang_up = !want->read && !want->write;

	if (!f || why_is_outside(f))
		return false;
	switch (f->type) {
	case WHY_PIPE:
	case WHY_FIFO:
		return (!want->read ||
			why_other_ends(w, f, true, NULL, 0) > 0) &&
		       (!want->write ||
			why_other_ends(w, f, false, NULL, 0) > 0);
	case WHY_SOCKET:
		if (why_kind_of(t) == WHY_CONNECT)
			return !has_time_limit(w, f) && connect_inside(w, t);
		if (want->fd == (int)t->arg[0] && has_time_limit(w, f))
			return false;
		return ((!want->read && !hang_up) ||
			socket_inside(w, t, f, true)) &&
		       (!want->write || socket_inside(w, t, f, false));
	case WHY_EVENTFD:
	case WHY_SIGNALFD:
	case WHY_MQUEUE:
		return !hang_up;
	case WHY_INOTIFY:
		return f->at_home && !hang_up;
	default:
		return false;
	}
}

/* The same for all that a thread waits for, in a call without time limit. */
static bool
thread_inside(struct why_world *w, const struct why_thread *t)
{
	struct why_want wants[WHY_WANTS];
	char what[WHY_LINE];
	struct why_lock lock;

	switch (why_kind_of(t)) {
	case WHY_FLOCK:
	case WHY_FCNTL:
		return why_lock_of(w, t, &lock);
	case WHY_OPEN:
		return why_opens_fifo(w, t, NULL, what, sizeof what);
	default:
		break;
	}
	int count = why_wants(w, t, wants, WHY_WANTS);
	for (int i = 0; i < count; i++)
		if (!file_inside(w, t, &wants[i]))
			return false;
	return count >= 0;
}

/* The first look, before descriptors are read. */
static bool
thread_sleeps(struct why_world *w, const struct why_thread *t)
{
	const struct why_process *p = &w->process[t->process];

	if (t->state == 'Z' || t->state == 'X' || t->state == 'T')
		return true;
	if (t->state != 'S' || why_timed(t))
		return false;
	/* A signal that is on its way. */
	return ((t->pending | p->pending) & ~t->blocked & ~p->ignored) == 0;
}

/* A POSIX timer that exists may be armed; the kernel does not say. */
static bool
no_timer(const struct why_process *p)
{
	char text[64];

	if (p->opaque || !why_alarm_excluded(p->pid))
		return false;
	return p->state == 'Z' ||
	       (why_slurp(text, sizeof text, "/proc/%d/timers", p->pid) &&
		text[0] == '\0');
}

/* TCP_USER_TIMEOUT ends a connection whose peer reads nothing. */
static bool
ends_by_itself(struct why_world *w, const struct why_file *f)
{
	int copy = why_borrow(w->process[f->process].pid, f->fd);
	unsigned limit = 0;
	socklen_t size = sizeof limit;

	if (copy == -1)
		return true;
	/* Fails for a socket that is not TCP. */
	getsockopt(copy, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, &size);
	why_give_back(copy);
	return limit != 0;
}

/* Descriptors that send a signal, or finish something, all by themselves. */
static bool
file_quiet(struct why_world *w, const struct why_file *f)
{
	return !f->signals && !f->armed &&
	       !(f->type == WHY_SOCKET && ends_by_itself(w, f));
}

static bool
all_asleep(struct why_world *w)
{
	bool sleeper = false;

	for (int i = 0; i < w->threads; i++) {
		if (!thread_sleeps(w, &w->thread[i]))
			return false;
		sleeper |= w->thread[i].state == 'S';
	}
	if (!sleeper)
		return false;
	for (int i = 0; i < w->processes; i++)
		if (!no_timer(&w->process[i]))
			return false;
	why_add_files(w);
	for (int i = 0; i < w->files; i++)
		if (!file_quiet(w, &w->file[i]))
			return false;
	for (int i = 0; i < w->threads; i++)
		if (w->thread[i].state == 'S' &&
		    !thread_inside(w, &w->thread[i]))
			return false;
	return !w->truncated;
}

/* Has every process but the shell ended? */
static bool
all_ended(const struct why_world *w)
{
	for (int i = 0; i < w->threads; i++)
		if (w->thread[i].state != 'Z' && w->thread[i].state != 'X')
			return false;
	return true;
}

enum why_answer
why_asleep(pid_t root, pid_t shell, int awaiting, uint64_t *fingerprint)
{
	*fingerprint = 0;
	why_outside();
	struct why_world *w =
	    why_snapshot(root, shell, awaiting ? shell : 0, true);
	if (!w)
		return WHY_AWAKE;
	*fingerprint = w->fingerprint;
	enum why_answer answer = WHY_AWAKE;
	if (w->awake || w->truncated)
		answer = WHY_AWAKE;
	else if (awaiting && all_ended(w))
		answer = WHY_ALONE;
	else if (all_asleep(w))
		answer = WHY_DEADLOCK;
	free(w);
	return answer;
}
