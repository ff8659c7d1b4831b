/* exits: the children that were never waited for. */
#define _GNU_SOURCE
#include "../note/note.h"
#include "exits.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { MAX_CHILDREN = 64 }; /* named in a note, or inherited */

static struct children {
	long pids[MAX_CHILDREN];
	int count;
} inherited; /* count -1: there are some, but which is not known */

/* Reads a small file into `text`, as a string. False if it cannot be read. */
static bool
read_file(const char *path, char *text, size_t size)
{
	long fd =
	    note_syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	long got;

	if (fd == -1)
		return false;
	while ((got = note_syscall(SYS_read, fd, text + length,
				   size - 1 - length)) > 0)
		length += got;
	note_syscall(SYS_close, fd);
	text[length] = '\0';
	return got == 0;
}

static bool
is_inherited(long pid)
{
	for (int i = 0; i < inherited.count; i++)
		if (inherited.pids[i] == pid)
			return true;
	return false;
}

/* Adds the children that one thread started, but for the inherited ones. */
static bool
add_children(struct children *all, const char *thread)
{
	struct note path = { .length = 0 };
	char text[MAX_CHILDREN * 12]; /* ids have up to 10 digits */
	char *p = text, *end;

	note_text(&path, "/proc/self/task/");
	note_text(&path, thread);
	note_text(&path, "/children");
	if (!read_file(note_string(&path), text, sizeof(text)))
		return false;
	for (;; p = end) {
		long pid = strtol(p, &end, 10);

		if (end == p)
			return true;
		if (all->count < MAX_CHILDREN && !is_inherited(pid))
			all->pids[all->count++] = pid;
	}
}

/* Lists this process's children. False if the kernel does not say. */
static bool
list_children(struct children *all)
{
	_Alignas(struct dirent64) char entries[1024];
	bool known = false;
	long fd, length;

	all->count = 0;
	fd = note_syscall(SYS_openat, AT_FDCWD, "/proc/self/task",
			  O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return false;
	while ((length = note_syscall(SYS_getdents64, fd, entries,
				      sizeof(entries))) > 0) {
		struct dirent64 *d;

		for (long at = 0; at < length; at += d->d_reclen) {
			d = (struct dirent64 *)(entries + at);
			if (d->d_name[0] != '.')
				known |= add_children(all, d->d_name);
		}
	}
	note_syscall(SYS_close, fd);
	return known;
}

static bool
has_children(void)
{
	siginfo_t info;

	return note_syscall(SYS_waitid, P_ALL, 0, &info,
			    WEXITED | WNOHANG | WNOWAIT, NULL) == 0;
}

/* The kernel's own view: the C library's call may be wrapped. */
static bool
ignores_sigchld(void)
{
	struct {
		void (*handler)(int);
		unsigned long flags;
		char rest[64];
	} action;

	if (note_syscall(SYS_rt_sigaction, SIGCHLD, NULL, &action, 8) == -1)
		return false;
	return action.handler == SIG_IGN || (action.flags & SA_NOCLDWAIT);
}

/* Appends "NAME (pid N, ended)". */
static void
describe_child(struct note *n, long pid)
{
	struct note path = { .length = 0 };
	char text[512]; /* the line is shorter than 400 bytes */
	char *name = NULL, *close = NULL;

	note_text(&path, "/proc/");
	note_number(&path, pid);
	note_text(&path, "/stat");
	/* PID (NAME) STATE ...: a name may hold parentheses itself. */
	if (read_file(note_string(&path), text, sizeof(text))) {
		name = strchr(text, '(');
		close = strrchr(text, ')');
	}
	if (name != NULL && close != NULL) {
		*close = '\0';
		note_text(n, name + 1);
	}
	note_text(n, " (pid ");
	note_number(n, pid);
	if (close != NULL)
		note_text(n, close[2] == 'Z' ? ", ended" : ", running");
	note_text(n, ")");
}

void
report_children(void)
{
	struct children all;
	struct note n;
	bool known;

	if (inherited.count == -1 || !has_children() || ignores_sigchld())
		return;
	known = list_children(&all);
	if (known && all.count == 0)
		return;
	note_begin(&n, "exits");
	if (known) {
		note_number(&n, all.count);
		note_text(&n, all.count == 1 ? " child was" : " children were");
	} else {
		note_text(&n, "children were");
	}
	note_text(&n, " never waited for by ");
	note_text(&n, note_program());
	for (int i = 0; known && i < all.count; i++) {
		note_text(&n, i == 0 ? ": " : ", ");
		describe_child(&n, all.pids[i]);
	}
	note_send(&n);
}

void
find_inherited_children(void)
{
	if (has_children() && !list_children(&inherited))
		inherited.count = -1;
}
