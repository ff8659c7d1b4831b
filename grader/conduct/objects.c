/*
 * What a descriptor refers to, by names that are the same in each run: pipes
 * and sockets are lettered in the order of their first use. And a call in
 * words.
 */
#define _GNU_SOURCE
#include "conduct.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { OBJECTS_MAX = 512, LINK_BYTES = 256 };

static struct {
	char link[40]; /* "pipe:[4711]" */
} objects[OBJECTS_MAX];
static int nobjects;

void
objects_reset(void)
{
	nobjects = 0;
}

/* "A" to "Z", then "A1" ... */
static const char *
letter(const char *link, const char *kind)
{
	static char text[16];
	int same = 0, i;

	for (i = 0; i < nobjects; i++) {
		if (strcmp(objects[i].link, link) == 0)
			break;
		same += strncmp(objects[i].link, kind, strlen(kind)) == 0;
	}
	if (i == nobjects && nobjects < OBJECTS_MAX)
		snprintf(objects[nobjects++].link, sizeof(objects[0].link),
			 "%.39s", link);
	if (same < 26)
		snprintf(text, sizeof(text), "%c", 'A' + same);
	else
		snprintf(text, sizeof(text), "%c%d", 'A' + same % 26,
			 same / 26);
	return text;
}

static bool
link_of(pid_t tid, int fd, char link[LINK_BYTES])
{
	char path[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", tid, fd);
	n = readlink(path, link, LINK_BYTES - 1);
	link[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* "pipe A", "socket B", "fifo gate", "file log", "nothing"; until the next call */
const char *
object_of(const struct tracee *t, int fd)
{
	static char text[LINK_BYTES + 16];
	static char folder[4096];
	char link[LINK_BYTES], path[64];
	const char *name = link, *kind = "file";
	struct stat st;

	if (!link_of(t->tid, fd, link))
		return "nothing";
	if (strncmp(link, "pipe:", 5) == 0) {
		snprintf(text, sizeof(text), "pipe %s", letter(link, "pipe:"));
		return text;
	}
	if (strncmp(link, "socket:", 7) == 0) {
		snprintf(text, sizeof(text), "socket %s",
			 letter(link, "socket:"));
		return text;
	}
	if (strncmp(link, "anon_inode:", 11) == 0) {
		snprintf(text, sizeof(text), "%.*s",
			 (int)strcspn(link + 11 + (link[11] == '['), "]"),
			 link + 11 + (link[11] == '['));
		return text;
	}
	/* Where there are many runs: see run_once. */
	if (strcmp(link, "/memfd:out (deleted)") == 0)
		return "standard output";
	if (strcmp(link, "/memfd:err (deleted)") == 0)
		return "standard error";
	/* A name that is removed early is still the name of what is open. */
	size_t length = strlen(link), gone = strlen(" (deleted)");
	if (length > gone && strcmp(link + length - gone, " (deleted)") == 0)
		link[length - gone] = '\0';
	if (folder[0] == '\0' && getcwd(folder, sizeof(folder) - 1) != NULL)
		strcat(folder, "/");
	if (strncmp(link, folder, strlen(folder)) == 0)
		name = link + strlen(folder);
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", t->tid, fd);
	if (stat(path, &st) == 0) {
		if (S_ISFIFO(st.st_mode))
			kind = "fifo";
		else if (S_ISCHR(st.st_mode))
			kind = "device";
		else if (S_ISDIR(st.st_mode))
			kind = "directory";
	}
	snprintf(text, sizeof(text), "%s %s", kind, name);
	for (char *c = text; *c != '\0'; c++)
		if ((unsigned char)*c < ' ')
			*c = '?';
	return text;
}

static const char *
who(pid_t pid)
{
	static char text[NAME_BYTES];

	for (int i = ntracees - 1; i >= 0; i--)
		if (tracees[i].tid == pid)
			return tracees[i].name;
	snprintf(text, sizeof(text), "process %d", pid);
	return text;
}

static void
describe_poll(const struct tracee *t, char *text, size_t size)
{
	struct pollfd set[8];
	int n = (int)t->args[1], used = snprintf(text, size, "poll(");

	n = n > 8 ? 8 : n;
	if (n > 0 &&
	    memory_read(t->tid, t->args[0], set, (size_t)n * sizeof(set[0])))
		for (int i = 0; i < n && used < (int)size - 60; i++)
			if (set[i].fd >= 0)
				used += snprintf(
				    text + used, size - (size_t)used,
				    "%s%d = %.40s",
				    text[used - 1] == '(' ? "" : ", ",
				    set[i].fd, object_of(t, set[i].fd));
	snprintf(text + used, size - (size_t)used, ")");
}

static bool
is(const struct tracee *t, const char *name)
{
	return call_is(t->call, name);
}

bool
object_is_file(const struct tracee *t, int fd)
{
	const char *object = object_of(t, fd);

	return strncmp(object, "file", 4) == 0 ||
	       strncmp(object, "standard", 8) == 0;
}

/* Our own descriptor of what t has as `fd`, or -1. */
int
object_borrow(const struct tracee *t, int fd)
{
	int pidfd = (int)syscall(SYS_pidfd_open, t->tgid, 0), copy;

	if (pidfd == -1)
		return -1;
	copy = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	close(pidfd);
	return copy;
}

/* Does its futex call wait, rather than wake somebody? */
bool
futex_waits(const struct tracee *t)
{
	switch ((int)t->args[1] & FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
	case FUTEX_WAIT_BITSET:
	case FUTEX_WAIT_REQUEUE_PI:
	case FUTEX_LOCK_PI:
	case 13: /* FUTEX_LOCK_PI2 */
		return true;
	default:
		return false;
	}
}

/* The call that t is about to make, or in which it is. */
void
describe_call(const struct tracee *t, char *text, size_t size)
{
	const uint64_t *a = t->args;
	char path[100] = "";

	if (t->call == NULL) {
		snprintf(text, size, "call %ld", t->number);
	} else if (is(t, "poll")) {
		describe_poll(t, text, size);
	} else if (is(t, "wait")) {
		pid_t pid = t->number == SYS_waitid ? (pid_t)a[1] : (pid_t)a[0];
		const uint64_t look = WNOHANG | WNOWAIT;

		/* checks/exits looks at every end. */
		if (t->number == SYS_waitid && (a[3] & look) == look)
			snprintf(text, size, "exit");
		else if ((t->number == SYS_waitid && a[0] == 0) || pid == -1)
			snprintf(text, size, "wait for any child");
		else
			snprintf(text, size, "wait for %s", who(pid));
	} else if (is(t, "kill") || is(t, "sigqueue")) {
		snprintf(text, size, "%s(%s, %s)", t->call->family,
			 who((pid_t)a[0]), signal_name((int)a[1]));
	} else if (is(t, "tkill")) {
		int n = t->number == SYS_tgkill;

		snprintf(text, size, "tkill(%s, %s)", who((pid_t)a[n]),
			 signal_name((int)a[n + 1]));
	} else if (is(t, "exit")) {
		/* "exit(3)" would be taken for a page of the manual. */
		snprintf(text, size, "_exit(%d)", (int)a[0]);
	} else if (is(t, "fork") || is(t, "exec") || is(t, "pipe")) {
		snprintf(text, size, "%s", t->call->family);
	} else if (is(t, "open") || is(t, "unlink")) {
		int n = strchr(t->call->name, '_') == NULL &&
			strstr(t->call->name, "at") != NULL &&
			strcmp(t->call->name, "creat") != 0;

		if (!memory_read(t->tid, a[n], path, sizeof(path) - 1))
			memory_read(t->tid, a[n], path, 16);
		for (char *c = path; *c != '\0'; c++)
			if ((unsigned char)*c < ' ')
				*c = '?';
		snprintf(text, size, "%s(%.90s)", t->call->family, path);
	} else if (is(t, "dup2")) {
		snprintf(text, size, "dup2(%d = %.60s, %d)", (int)a[0],
			 object_of(t, (int)a[0]), (int)a[1]);
	} else if (is(t, "futex")) {
		snprintf(text, size, "futex %s",
			 futex_waits(t)
			     ? "wait (a lock, semaphore or condition)"
			     : "wake (a lock, semaphore or condition)");
	} else if (t->call->flags & FD) {
		/* Two functions of the library are one call. */
		int sets = t->number == SYS_mq_getsetattr && a[1] != 0;

		snprintf(text, size, "%s(%d = %.80s)",
			 sets ? "mq_setattr" : t->call->family, (int)a[0],
			 object_of(t, (int)a[0]));
	} else {
		snprintf(text, size, "%s", t->call->family);
	}
}

/* How `fd` was opened, as fcntl(F_GETFL) has it; -1 if it is not there. */
int
open_flags(pid_t tid, int fd)
{
	char path[64], info[128];
	const char *flags;
	FILE *file;
	size_t got;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", tid, fd);
	file = fopen(path, "re");
	if (file == NULL)
		return -1;
	got = fread(info, 1, sizeof(info) - 1, file);
	info[got] = '\0';
	fclose(file);
	flags = strstr(info, "flags:");
	return flags == NULL ? -1 : (int)strtol(flags + 6, NULL, 8);
}

/* Adds to text who else has `link` open for writing. */
static void
writers(const char *link, char *text, size_t size)
{
	size_t used = strlen(text);
	int n = 0;

	for (struct tracee *t = tracees; t < tracees + ntracees; t++) {
		char path[64], other[LINK_BYTES];
		struct dirent *entry;
		DIR *fds;

		if (t->state == DEAD || t->leader != t - tracees)
			continue;
		snprintf(path, sizeof(path), "/proc/%d/fd", t->tid);
		fds = opendir(path);
		while (fds != NULL && (entry = readdir(fds)) != NULL) {
			int fd = atoi(entry->d_name), flags;

			if (entry->d_name[0] == '.' ||
			    !link_of(t->tid, fd, other) ||
			    strcmp(link, other) != 0)
				continue;
			flags = open_flags(t->tid, fd);
			if (flags == -1 || (flags & O_ACCMODE) == O_RDONLY)
				continue;
			if (used < size)
				used += (size_t)snprintf(
				    text + used, size - used, "%s%s (%.9s)",
				    n++ == 0 ? ", its write end is open in "
					     : ", ",
				    t->name, entry->d_name);
		}
		if (fds != NULL)
			closedir(fds);
	}
}

/* The same, and what it waits for. */
void
describe_asleep(const struct tracee *t, char *text, size_t size)
{
	char link[LINK_BYTES];

	if (t->number < 0) {
		snprintf(text, size, "nothing");
		return;
	}
	describe_call(t, text, size);
	if (is(t, "read") && link_of(t->tid, (int)t->args[0], link) &&
	    strncmp(link, "pipe:", 5) == 0)
		writers(link, text, size);
}
