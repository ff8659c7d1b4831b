/*
 * The snapshot: which processes descend from the supervisor, and what each
 * of their threads is doing, from /proc/PID/task/TID/{stat,status,syscall}.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "why.h"
#include "world.h"

enum { LOOKS = 20 }; /* at a thread that sleeps in no call, 1 ms apart */

/* FNV-1a: small, and good enough to see any change. */
static uint64_t
hash(uint64_t h, const void *data, size_t size)
{
	const unsigned char *byte = data;

	while (size-- > 0)
		h = (h ^ *byte++) * 0x100000001b3;
	return h;
}

static uint64_t
hash_number(uint64_t h, uint64_t number)
{
	return hash(h, &number, sizeof number);
}

/* What /proc/PID/stat says. */
struct stat_line {
	char name[32];
	char state;
	int parent;
	unsigned long user, system; /* clock ticks */
	unsigned long reaped;	    /* page faults of children waited for */
	unsigned long long started;
};

/* The name may hold any bytes, ')' too; what follows the last ')' is safe. */
static bool
read_stat(struct stat_line *s, pid_t pid, pid_t tid)
{
	char text[1024];

	if (!why_slurp(text, sizeof text, "/proc/%d/task/%d/stat", pid, tid))
		return false;
	char *open = strchr(text, '('), *close = strrchr(text, ')');
	if (!open || !close)
		return false;
	snprintf(s->name, sizeof s->name, "%.*s", (int)(close - open - 1),
		 open + 1);
	return sscanf(close + 1,
		      " %c %d %*d %*d %*d %*d %*u %*u %lu %*u %*u %lu %lu"
		      " %*d %*d %*d %*d %*d %*d %llu",
		      &s->state, &s->parent, &s->reaped, &s->user, &s->system,
		      &s->started) == 6;
}

#ifdef SYS_poll
/*
 * A poll that was stopped and goes on is in restart_syscall, as a nap is, with the
 * arguments that it had. Those of a nap have an address, or nothing, in place of the
 * number of descriptors.
 */
static bool
is_poll_resumed(const struct why_thread *t)
{
	return t->call == SYS_restart_syscall && t->arg[1] > 0 &&
	       t->arg[1] < 128 && (int)t->arg[2] == -1;
}
#endif

/*
 * The call that a sleeping thread is in. "running" and "-1 ..." (asleep, but
 * in no call: a page fault) leave in_call false.
 */
static bool
read_call(struct why_thread *t, pid_t pid)
{
	char text[256];
	unsigned long *a = t->arg;

	if (!why_slurp(text, sizeof text, "/proc/%d/task/%d/syscall", pid,
		       t->tid))
		return false;
	t->in_call =
	    sscanf(text, "%ld %lx %lx %lx %lx %lx %lx %lx", &t->call, &a[0],
		   &a[1], &a[2], &a[3], &a[4], &a[5], &t->stack) == 8 &&
	    t->call >= 0;
#ifdef SYS_poll
	if (t->in_call && is_poll_resumed(t))
		t->call = SYS_poll;
#endif
	return true;
}

/*
 * Reads what a thread does. A running thread that waits for a lock of the kernel
 * or for a page sleeps for a moment, in no call: it is looked at again, and only
 * who is found so every time is said to sleep.
 */
static bool
read_thread(struct why_thread *t, struct stat_line *s, pid_t pid)
{
	const struct timespec nap = { .tv_nsec = 1000000 };

	for (int i = 0; i < LOOKS; i++) {
		if (i > 0) {
			nanosleep(&nap, NULL);
			if (!read_stat(s, pid, t->tid))
				return false;
			t->state = s->state;
		}
		if (strchr("ZX", t->state))
			return true;
		if (!read_call(t, pid))
			return false;
		if (t->in_call || strchr("RTt", t->state))
			return true;
	}
	return true;
}

/* Adds a thread, and its part of the fingerprint. */
static void
add_thread(struct why_world *w, struct why_process *p, pid_t tid)
{
	char text[4096];
	struct stat_line s;
	uint64_t switches = 0, forced = 0;

	if (w->threads == WHY_THREADS) {
		w->truncated = true;
		return;
	}
	struct why_thread *t = &w->thread[w->threads];
	*t =
	    (struct why_thread){ .tid = tid, .process = (int)(p - w->process) };
	if (!read_stat(&s, p->pid, tid))
		return;
	t->state = s.state;
	if (w->quick && s.state == 'R') {
		w->awake = true;
		return;
	}
	if (!read_thread(t, &s, p->pid))
		p->opaque = true;
	p->cpu += (s.user + s.system) * 1000 / sysconf(_SC_CLK_TCK);
	if (why_slurp(text, sizeof text, "/proc/%d/task/%d/status", p->pid,
		      tid)) {
		why_field(text, "SigPnd:", 16, &t->pending);
		why_field(text, "SigBlk:", 16, &t->blocked);
		why_field(text, "ShdPnd:", 16, &p->pending);
		why_field(text, "SigCgt:", 16, &p->caught);
		p->caught &= ~LIBRARY_SIGNALS;
		why_field(text, "SigIgn:", 16, &p->ignored);
		why_field(text, "voluntary_ctxt_switches:", 10, &switches);
		why_field(text, "nonvoluntary_ctxt_switches:", 10, &forced);
	}
	w->threads++;
	p->threads++;

	uint64_t h = w->fingerprint;
	h = hash_number(h, tid);
	h = hash_number(h, s.started);
	h = hash_number(h, t->state);
	h = hash_number(h, t->in_call ? (uint64_t)t->call : UINT64_MAX);
	h = hash(h, t->arg, sizeof t->arg);
	h = hash_number(h, switches);
	h = hash_number(h, forced);
	h = hash_number(h, s.user);
	h = hash_number(h, s.system);
	h = hash_number(h, t->pending);
	h = hash_number(h, t->blocked);
	h = hash_number(h, p->pending);
	w->fingerprint = h;
}

static void
add_threads(struct why_world *w, struct why_process *p)
{
	char path[64];

	p->first_thread = w->threads;
	snprintf(path, sizeof path, "/proc/%d/task", p->pid);
	DIR *tasks = opendir(path);
	if (!tasks)
		return;
	struct dirent *entry;
	while (!w->awake && (entry = readdir(tasks)))
		if (atoi(entry->d_name) > 0)
			add_thread(w, p, atoi(entry->d_name));
	closedir(tasks);
}

/*
 * Lists every process there is, or the first ones when there are too many;
 * keep_descendants() then keeps those of the test.
 */
static bool
list_processes(struct why_world *w)
{
	DIR *proc = opendir("/proc");
	if (!proc)
		return false;
	struct dirent *entry;
	while ((entry = readdir(proc))) {
		struct stat_line s;
		pid_t pid = atoi(entry->d_name);
		if (pid <= 0 || pid == w->root || !read_stat(&s, pid, pid))
			continue;
		if (w->processes == WHY_PROCESSES) {
			w->truncated = true;
			break;
		}
		struct why_process *p = &w->process[w->processes++];
		*p = (struct why_process){ .pid = pid,
					   .parent = s.parent,
					   .state = s.state,
					   .reaped = s.reaped > 0,
					   .started = s.started };
		memcpy(p->name, s.name, sizeof p->name);
	}
	closedir(proc);
	return true;
}

struct why_process *
why_process_of(struct why_world *w, pid_t pid)
{
	for (int i = 0; i < w->processes; i++)
		if (w->process[i].pid == pid)
			return &w->process[i];
	return NULL;
}

static int
by_pid(const void *left, const void *right)
{
	const struct why_process *a = left, *b = right;

	return a->pid - b->pid;
}

/* A chain of parents cannot be longer than there are processes. */
static bool
descends(struct why_world *w, const struct why_process *p)
{
	for (int i = 0; p && i <= w->processes; i++) {
		if (p->parent == w->root)
			return true;
		struct why_process parent = { .pid = p->parent };
		p = bsearch(&parent, w->process, w->processes,
			    sizeof w->process[0], by_pid);
	}
	return false;
}

static int
by_age(const void *left, const void *right)
{
	const struct why_process *a = left, *b = right;

	if (a->started != b->started)
		return a->started < b->started ? -1 : 1;
	return a->pid - b->pid;
}

static bool
is_conductor(const struct why_world *w, const struct why_process *p)
{
	return p->parent == w->root && strcmp(p->name, WHY_CONDUCTOR) == 0;
}

/* A process of the test is marked by a negative first_thread meanwhile. */
static void
keep_descendants(struct why_world *w, pid_t left_out)
{
	int kept = 0;

	qsort(w->process, w->processes, sizeof w->process[0], by_pid);
	for (int i = 0; i < w->processes; i++)
		if (descends(w, &w->process[i]))
			w->process[i].first_thread = -1;
	for (int i = 0; i < w->processes; i++)
		if (w->process[i].first_thread == -1 &&
		    w->process[i].pid != left_out &&
		    !is_conductor(w, &w->process[i]))
			w->process[kept++] = w->process[i];
	w->processes = kept;
}

/*
 * Returns a snapshot without descriptors, the oldest process first, to be
 * freed by free(3); NULL when there is no memory or no /proc. `quick`: stops
 * at the first thread that runs, and notes that in `awake`. The process
 * `left_out` (0: none) is not in it, its children are.
 */
struct why_world *
why_snapshot(pid_t root, pid_t shell, pid_t left_out, bool quick)
{
	struct why_world *w = calloc(1, sizeof *w);
	if (!w)
		return NULL;
	w->root = root;
	w->shell = shell;
	w->quick = quick;
	why_inet_forget();
	w->fingerprint = 0xcbf29ce484222325;
	if (!list_processes(w)) {
		free(w);
		return NULL;
	}
	keep_descendants(w, left_out);
	qsort(w->process, w->processes, sizeof w->process[0], by_age);
	for (int i = 0; i < w->processes && !w->awake; i++) {
		add_threads(w, &w->process[i]);
		w->process[i].first_file = w->files;
	}
	return w;
}
