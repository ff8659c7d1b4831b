/*
 * open(2) of a FIFO: it waits until another process opens the other end.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#include "world.h"

/* The arguments of open and openat differ by the folder in front. */
static int
first_argument(const struct why_thread *t)
{
	return t->call == SYS_openat || t->call == SYS_openat2;
}

/* O_RDONLY and so on; O_ACCMODE if it cannot be known. */
static int
open_mode(struct why_world *w, const struct why_thread *t)
{
	uint64_t flags = t->arg[first_argument(t) + 1];

	/* It has its flags in a struct open_how, where they come first. */
	if (t->call == SYS_openat2 &&
	    !why_peek(w->process[t->process].pid, t->arg[2], &flags,
		      sizeof flags))
		return O_ACCMODE;
	return (int)flags & O_ACCMODE;
}

/* The path by which the supervisor finds what the process calls `name`. */
void
why_full_path(pid_t pid, int folder, const char *name, char *path, size_t size)
{
	if (name[0] == '/')
		snprintf(path, size, "/proc/%d/root%s", pid, name);
	else if (folder != AT_FDCWD)
		snprintf(path, size, "/proc/%d/fd/%d/%s", pid, folder, name);
	else
		snprintf(path, size, "/proc/%d/cwd/%s", pid, name);
}

/*
 * Is the file older than the program, that is than the process and all students'
 * processes that it descends from? WHY_UNCLEAR within a twentieth of a second:
 * the two times come from clocks that do not tick together. `age` becomes the
 * file's, in seconds.
 */
enum why_order
why_file_made(struct why_world *w, int process, const char *path, double *age)
{
	static const double slack = 0.05;
	const struct why_process *p = &w->process[process], *parent;
	struct timespec now;
	double made = why_made(path);

	while ((parent = why_process_of(w, p->parent)) && !parent->is_shell)
		p = parent;
	clock_gettime(CLOCK_REALTIME, &now);
	*age = (double)now.tv_sec + (double)now.tv_nsec / 1e9 - made;
	if (made > 0 && made + slack < why_began(p))
		return WHY_BEFORE;
	return made > why_began(p) + slack ? WHY_AFTER : WHY_UNCLEAR;
}

/*
 * Does this call open a FIFO? `path` becomes the path as the program wrote
 * it, for texts, whatever the answer; `fifo` may be NULL.
 */
bool
why_opens_fifo(struct why_world *w, const struct why_thread *t,
	       struct stat *fifo, char *path, size_t size)
{
	char full[PATH_MAX + 64], name[PATH_MAX];
	struct stat s;
	pid_t pid = w->process[t->process].pid;
	int first = first_argument(t);

	snprintf(path, size, "?");
	if (!why_peek_string(pid, t->arg[first], name, sizeof name))
		return false;
	snprintf(path, size, "%s", name);
	why_full_path(pid, first == 1 ? (int)t->arg[0] : AT_FDCWD, name, full,
		      sizeof full);
	if (stat(full, &s) == -1 || !S_ISFIFO(s.st_mode))
		return false;
	if (fifo)
		*fifo = s;
	return true;
}

/* Another thread that waits to open another FIFO, or NULL. */
static const struct why_thread *
crosswise(struct why_world *w, const struct why_thread *t, const struct stat *s,
	  char *path, size_t size)
{
	for (int i = 0; i < w->threads; i++) {
		const struct why_thread *other = &w->thread[i];
		struct stat fifo;
		if (other->process != t->process &&
		    why_kind_of(other) == WHY_OPEN &&
		    why_opens_fifo(w, other, &fifo, path, size) &&
		    (fifo.st_ino != s->st_ino || fifo.st_dev != s->st_dev))
			return other;
	}
	return NULL;
}

static void
advise_open(struct why_world *w, const struct why_thread *t,
	    const struct stat *s, const char *path)
{
	char other_path[WHY_NAME];
	const char *need = open_mode(w, t) == O_RDONLY ? "writing" : "reading";
	const struct why_thread *other =
	    crosswise(w, t, s, other_path, sizeof other_path);

	if (other)
		why_advise(w, WHY_SURE,
			   "opening a FIFO waits for the other side; both "
			   "sides must open \"%s\" and \"%s\" in the same "
			   "order",
			   path, other_path);
	else
		why_advise(w, WHY_GENERAL,
			   "opening a FIFO waits until another process opens "
			   "it for %s, and nobody does",
			   need);
}

void
why_explain_open(struct why_world *w, const struct why_thread *t)
{
	static const char *const modes[] = { "O_RDONLY", "O_WRONLY", "O_RDWR",
					     "?" };
	char path[WHY_NAME];
	struct stat s;
	bool fifo = why_opens_fifo(w, t, &s, path, sizeof path);
	bool reading = open_mode(w, t) == O_RDONLY;

	why_head(w, t, "is blocked in open(\"%s\", %s)", path,
		 modes[open_mode(w, t)]);
	if (!fifo)
		return;
	struct why_file *waiting = NULL;
	for (int i = 0; i < w->files && !waiting; i++)
		if (w->file[i].device == s.st_dev &&
		    w->file[i].inode == s.st_ino &&
		    (reading ? w->file[i].writes : w->file[i].reads))
			waiting = &w->file[i];
	if (waiting) {
		why_say(w, "  FIFO \"%s\" is open for %s in: %s fd %d", path,
			reading ? "writing" : "reading",
			why_who(w, waiting->process), waiting->fd);
		return;
	}
	why_say(w, "  FIFO \"%s\": no process has it open for %s", path,
		reading ? "writing" : "reading");
	advise_open(w, t, &s, path);
}
