/*
 * The processes and threads of a run, and what the kernel reports of them.
 *
 * Reports are taken for all of them at once and kept until somebody asks: a
 * thread that calls execve(2) changes its id, a child may be reported before
 * its parent's fork, and a process that is killed while it is stopped says so
 * at any time.
 */
#define _GNU_SOURCE
#include "conduct.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { EARLY_MAX = 64, WAIT_NS = 10 * 1000 * 1000, MOMENT_NS = 50 * 1000 };

struct tracee tracees[TRACEES_MAX];
int ntracees;

/* Reports of children whose parent has not told us of them yet. */
static struct {
	pid_t tid;
	int status;
} early[EARLY_MAX];
static int nearly;

struct tracee *
tracee_of(pid_t tid)
{
	for (int i = ntracees - 1; i >= 0; i--)
		if (tracees[i].tid == tid && tracees[i].state != DEAD)
			return &tracees[i];
	return NULL;
}

struct tracee *
tracee_by_role(const char *role)
{
	for (int i = 0; i < ntracees; i++)
		if (strcmp(tracees[i].role, role) == 0)
			return &tracees[i];
	return NULL;
}

static bool
is_named(const struct tracee *t, const char *name)
{
	size_t length = strlen(name);

	/* "program#1" is the first only, "program" each. */
	if (length > 2 && strcmp(name + length - 2, "#1") == 0)
		return strlen(t->name) == length - 2 &&
		       strncmp(t->name, name, length - 2) == 0;
	return strcmp(t->role, name) == 0 || strcmp(t->name, name) == 0 ||
	       (strncmp(t->name, name, length) == 0 && t->name[length] == '#' &&
		strchr(t->name, '.') == NULL);
}

/*
 * Whether `name` means t: by its role, its name, or its program. Threads answer
 * to the name of their process.
 */
bool
tracee_answers_to(const struct tracee *t, const char *name)
{
	return *name == '\0' || is_named(t, name) ||
	       is_named(&tracees[t->leader], name);
}

/* What a new process, or thread, has from its parent. */
static void
inherit(struct tracee *t, struct tracee *parent, bool thread)
{
	char role[ROLE_BYTES], name[NAME_BYTES];
	int n = thread ? ++parent->threads : ++parent->children;

	memcpy(role, parent->role, sizeof(role));
	memcpy(name, parent->name, sizeof(name));
	snprintf(t->role, sizeof(t->role), "%.45s%c%d", role,
		 thread ? 't' : '.', n);
	snprintf(t->name, sizeof(t->name), "%.45s%c%d", name,
		 thread ? ':' : '.', n);
	t->tested = parent->tested;
	t->starting = parent->starting;
	t->entry = parent->entry;
	t->entry_word = parent->entry_word;
	memcpy(t->restart, parent->restart, sizeof(t->restart));
	if (thread) {
		t->tgid = parent->tgid;
		t->leader = parent->leader;
	}
}

/*
 * A new process, or a thread of its parent. Returns NULL, and has it killed,
 * if there are too many.
 */
struct tracee *
tracee_add(pid_t tid, int parent, bool thread)
{
	char path[64];
	struct tracee *t;

	if (ntracees == TRACEES_MAX) {
		found(LIMIT, "more than %d processes", TRACEES_MAX);
		kill(tid, SIGKILL);
		return NULL;
	}
	t = &tracees[ntracees];
	memset(t, 0, sizeof(*t));
	t->tid = t->tgid = tid;
	t->parent = parent;
	t->leader = ntracees;
	t->number = -1;
	t->at = AT_USER;
	t->until = FOREVER;
	snprintf(t->role, sizeof(t->role), "0");
	snprintf(t->name, sizeof(t->name), "scenario");
	if (parent >= 0)
		inherit(t, &tracees[tracees[parent].leader], thread);
	/* That of the thread: the kernel need not add up all threads. */
	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", tid, tid);
	t->stat_fd = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/%d/task/%d/syscall", tid, tid);
	t->call_fd = open(path, O_RDONLY | O_CLOEXEC);
	for (int i = 0; i < nearly; i++) {
		if (early[i].tid != tid)
			continue;
		t->reported = true;
		t->status = early[i].status;
		early[i] = early[--nearly];
		break;
	}
	ntracees++;
	locks_inherit(t, parent >= 0 ? &tracees[parent] : NULL);
	return t;
}

/* t has become `program`: the second one of that name is "program#2". */
void
tracee_named(struct tracee *t, const char *program)
{
	const char *slash = strrchr(program, '/');
	int same = 1;

	program = slash != NULL ? slash + 1 : program;
	for (struct tracee *o = tracees; o < tracees + ntracees; o++)
		if (o != t && o->program &&
		    strncmp(o->name, program, strlen(program)) == 0 &&
		    (o->name[strlen(program)] == '\0' ||
		     o->name[strlen(program)] == '#'))
			same++;
	if (same == 1)
		snprintf(t->name, sizeof(t->name), "%.30s", program);
	else
		snprintf(t->name, sizeof(t->name), "%.24s#%d", program, same);
	/* It is one word of a line in the record, and in the events. */
	for (char *c = t->name; *c != '\0'; c++)
		if (!isgraph((unsigned char)*c))
			*c = '?';
	t->program = true;
}

/* What /proc says: R, S, D, T, t, Z; X when there is nothing left. */
char
tracee_state(const struct tracee *t)
{
	char text[128];
	ssize_t n = pread(t->stat_fd, text, sizeof(text) - 1, 0);
	const char *end;

	if (n <= 0)
		return 'X';
	text[n] = '\0';
	end = strrchr(text, ')');
	return end != NULL && end[1] != '\0' ? end[2] : 'X';
}

/*
 * Is t off the processor, stopped or asleep? In state S alone it may be about to
 * see that it need not sleep; of that the kernel waits for the end when it is
 * asked for the call. Its answer is "running" for one that is awake.
 */
bool
tracee_blocked(const struct tracee *t)
{
	char text[16] = "";

	if (t->call_fd == -1) /* this kernel has no such file */
		return tracees_rest(MOMENT_NS), tracee_state(t) != 'R';
	return pread(t->call_fd, text, sizeof(text) - 1, 0) <= 0 ||
	       text[0] != 'r';
}

/* Nanoseconds of processor time that t's process has used. */
int64_t
tracee_used(const struct tracee *t)
{
	struct timespec spent;
	clockid_t clock;

	if (clock_getcpuclockid(t->tgid, &clock) != 0 ||
	    clock_gettime(clock, &spent) == -1)
		return 0;
	return spent.tv_sec * 1000000000LL + spent.tv_nsec;
}

/* What /proc/PID/status says of t's signals; "" if there is nothing left. */
static const char *
status_of(const struct tracee *t)
{
	static char text[4096];
	char path[48];
	ssize_t n = 0;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/status", t->tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd != -1) {
		n = read(fd, text, sizeof(text) - 1);
		close(fd);
	}
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static uint64_t
set_in(const char *status, const char *which)
{
	const char *line = strstr(status, which);

	return line != NULL ? strtoull(line + strlen(which) + 1, NULL, 16) : 0;
}

/* A set of signals: "SigCgt", "SigIgn", "SigBlk" ... */
uint64_t
tracee_signals(const struct tracee *t, const char *which)
{
	return set_in(status_of(t), which);
}

/* Signals that it would take now: pending, and not blocked. */
uint64_t
tracee_pending(const struct tracee *t)
{
	const char *status = status_of(t);

	return (set_in(status, "SigPnd") | set_in(status, "ShdPnd")) &
	       ~set_in(status, "SigBlk");
}

static void
close_files(struct tracee *t)
{
	close(t->stat_fd);
	if (t->call_fd != -1)
		close(t->call_fd);
}

/* Keeps t's arguments, to be put back at the exit. */
void
tracee_save_args(struct tracee *t)
{
	memcpy(t->saved_args, t->args, sizeof(t->args));
	t->saved = true;
}

void
tracee_dead(struct tracee *t, int status)
{
	if (t->state == DEAD)
		return;
	t->state = DEAD;
	t->status = status;
	t->reported = false;
	close_files(t);
	if (t->leader == t - tracees)
		time_forget(t->tgid, true);
	if (t == &tracees[0] && !run.over) {
		run.root_dead = true;
		run.status = status;
	}
	if (WIFSIGNALED(status))
		t->died_of = WTERMSIG(status);
}

void
tracees_forget(void)
{
	ntracees = 0;
	nearly = 0;
}

/*
 * A thread that is not the first has called execve: it goes on under the id of
 * the first, which is gone without a report.
 */
static struct tracee *
takes_over(struct tracee *leader)
{
	unsigned long former = 0;
	struct tracee *t;

	ptrace(PTRACE_GETEVENTMSG, leader->tid, 0, &former);
	if ((pid_t)former == leader->tid ||
	    (t = tracee_of((pid_t)former)) == NULL)
		return leader;
	leader->number = t->number;
	leader->call = t->call;
	memcpy(leader->args, t->args, sizeof(t->args));
	leader->state = ASLEEP;
	leader->saved = leader->forced = leader->timed = false;
	leader->again = 0;
	t->state = DEAD;
	close_files(t);
	return leader;
}

/* Gives the processor away until somebody reports, or for so long. */
void
tracees_rest(long ns)
{
	struct timespec a_while = { .tv_nsec = ns };
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigtimedwait(&child, NULL, &a_while);
}

/* Notes what tid has reported. */
static void
note(pid_t tid, int status)
{
	struct tracee *t = tracee_of(tid);

	if (t != NULL && WIFSTOPPED(status) &&
	    status >> 16 == PTRACE_EVENT_EXEC)
		t = takes_over(t);
	if (t != NULL) {
		t->reported = true;
		t->status = status;
	} else if (WIFSTOPPED(status) && nearly < EARLY_MAX) {
		early[nearly].tid = tid;
		early[nearly++].status = status;
	}
}

/* Notes what has been reported. */
bool
tracees_collect(bool wait)
{
	bool any = false;
	int status;
	pid_t tid;

	while ((tid = waitpid(-1, &status, __WALL | WNOHANG)) >= 0) {
		if (tid == 0 && wait && !any) {
			tracees_rest(WAIT_NS);
			wait = false;
			continue;
		}
		if (tid == 0)
			break;
		note(tid, status);
		any = true;
	}
	return any;
}

/* Waits for a report of anybody's. False: there was none for a while. */
bool
tracees_await(void)
{
	int status;
	pid_t tid = waitpid(-1, &status, __WALL);

	if (tid > 0)
		note(tid, status);
	return tid > 0;
}

/* Ends all that is left of a run. */
void
tracees_kill(void)
{
	int status;
	pid_t tid;

	for (struct tracee *t = tracees; t < tracees + ntracees; t++)
		if (t->state != DEAD)
			kill(t->tgid, SIGKILL);
	for (int i = 0; i < nearly; i++)
		kill(early[i].tid, SIGKILL);
	errno = 0;
	while ((tid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
		struct tracee *t = tid > 0 ? tracee_of(tid) : NULL;

		if (tid > 0 && WIFSTOPPED(status))
			kill(tid, SIGKILL);
		else if (t != NULL)
			tracee_dead(t, status);
		errno = 0;
	}
}
