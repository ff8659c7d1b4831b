/*
 * The descriptors that a sleeping thread waits for: one for read or write,
 * a list in memory for poll and select, a list in the kernel for epoll.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "world.h"

enum { LIST = 512 }; /* entries in one poll; those below 0 are left out */

static int
from_poll(pid_t pid, const struct why_thread *t, struct why_want *wants,
	  int max)
{
	struct pollfd list[LIST];
	unsigned long count = t->arg[1];
	int wanted = 0;

	if (count > LIST || (count > 0 && !why_peek(pid, t->arg[0], list,
						    count * sizeof list[0])))
		return -1;
	for (unsigned long i = 0; i < count; i++) {
		if (list[i].fd < 0)
			continue;
		if (wanted == max)
			return -1;
		wants[wanted++] =
		    (struct why_want){ .fd = list[i].fd,
				       .read =
					   list[i].events & (POLLIN | POLLPRI),
				       .write = list[i].events & POLLOUT };
	}
	return wanted;
}

static bool
is_set(const fd_set *set, int fd)
{
	return FD_ISSET(fd, set);
}

/* The sets of select hold whole longs, as many as the first argument needs. */
static int
from_select(pid_t pid, const struct why_thread *t, struct why_want *wants,
	    int max)
{
	fd_set sets[3]; /* read, write, exceptional */
	int wanted = 0, limit = (int)t->arg[0];
	int bits = CHAR_BIT * (int)sizeof(long);

	if (limit < 0 || limit > FD_SETSIZE)
		return -1;
	size_t size = (size_t)((limit + bits - 1) / bits) * sizeof(long);
	memset(sets, 0, sizeof sets);
	for (int i = 0; i < 3; i++)
		if (size > 0 && t->arg[1 + i] != 0 &&
		    !why_peek(pid, t->arg[1 + i], &sets[i], size))
			return -1;
	for (int fd = 0; fd < limit; fd++) {
		struct why_want want = { .fd = fd,
					 .read = is_set(&sets[0], fd),
					 .write = is_set(&sets[1], fd) };
		if (!want.read && !want.write && !is_set(&sets[2], fd))
			continue;
		if (wanted == max)
			return -1;
		wants[wanted++] = want;
	}
	return wanted;
}

enum { SETS = 5 }; /* nested: the kernel allows no more */

/*
 * The kernel lists the set in fdinfo, by the numbers that the descriptors had
 * when they were added. One that was closed since, or whose number is now
 * another file, makes the answer unknown. A set inside the set is replaced by
 * what that one waits for.
 */
static int
from_epoll(struct why_world *w, int process, int epoll, int depth,
	   struct why_want *wants, int max)
{
	char text[WHY_WANTS * 100];
	int wanted = 0;
	pid_t pid = w->process[process].pid;

	if (depth > SETS ||
	    !why_slurp(text, sizeof text, "/proc/%d/fdinfo/%d", pid, epoll) ||
	    strlen(text) == sizeof text - 1)
		return -1;
	for (char *line = strstr(text, "tfd:"); line;
	     line = strstr(line + 1, "tfd:")) {
		int fd;
		unsigned events;
		unsigned long inode;
		if (wanted == max ||
		    sscanf(line, "tfd: %d events: %x data: %*x pos:%*d ino:%lx",
			   &fd, &events, &inode) != 3)
			return -1;
		const struct why_file *f = why_file_of(w, process, fd);
		if (!f || f->inode != inode)
			return -1;
		if (f->type == WHY_EPOLLFD) {
			int more = from_epoll(w, process, fd, depth + 1,
					      wants + wanted, max - wanted);
			if (more == -1)
				return -1;
			wanted += more;
			continue;
		}
		wants[wanted++] =
		    (struct why_want){ .fd = fd,
				       .read = events & (EPOLLIN | EPOLLPRI),
				       .write = events & EPOLLOUT,
				       .edge = events & EPOLLET,
				       .spent =
					   (events & EPOLLONESHOT) &&
					   !(events & (EPOLLIN | EPOLLOUT)) };
	}
	return wanted;
}

/*
 * Fills `wants`; returns how many, or -1 when that is not known (too many, or
 * memory that cannot be read). Needs why_add_files() for epoll.
 */
int
why_wants(struct why_world *w, const struct why_thread *t,
	  struct why_want *wants, int max)
{
	pid_t pid = w->process[t->process].pid;
	enum why_kind kind = why_kind_of(t);

	switch (kind) {
	case WHY_READ:
	case WHY_ACCEPT:
	case WHY_WRITE:
	case WHY_CONNECT:
		wants[0].fd = (int)t->arg[0];
		wants[0].read = kind == WHY_READ || kind == WHY_ACCEPT;
		wants[0].write = !wants[0].read;
		return 1;
	case WHY_POLL:
		return from_poll(pid, t, wants, max);
	case WHY_SELECT:
		return from_select(pid, t, wants, max);
	case WHY_EPOLL:
		return from_epoll(w, t->process, (int)t->arg[0], 1, wants, max);
	default:
		return 0;
	}
}
