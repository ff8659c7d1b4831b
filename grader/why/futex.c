/*
 * Blocked in futex(2): semaphores, mutexes, condition variables and
 * pthread_join all end there. The kernel does not know which of them it is;
 * glibc's layout of the object around the word shows it.
 *
 * The layouts are those of glibc 2.34 and later on 64-bit machines. On any
 * other library the text says only "a futex".
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <linux/futex.h>
#include <string.h>

#include "maps.h"

struct futex {
	pid_t pid;
	unsigned long address;
	bool private_call; /* FUTEX_PRIVATE_FLAG: for one process only */
	bool mapped;
	struct why_map map;
};

static const char private_memory[] =
    "the object is in private memory: after fork every process has its own "
    "copy; put it in shared memory (mmap with MAP_SHARED)";
static const char private_object[] =
    "the memory is shared but the %s was made for one process: %s";

/* Another process of the test has the same program, so it may be a fork. */
static bool
has_relatives(struct why_world *w, const struct why_thread *t)
{
	const struct why_process *own = &w->process[t->process];

	for (int i = 0; i < w->processes; i++)
		if (i != t->process && !w->process[i].is_shell &&
		    strcmp(w->process[i].name, own->name) == 0)
			return true;
	return false;
}

static void
say_place(struct why_world *w, const struct why_thread *t,
	  const struct futex *x, const char *what, const char *cure)
{
	if (!x->mapped)
		return;
	why_say(w, "  the %s is in %s", what, why_map_words(&x->map));
	if (!has_relatives(w, t))
		return;
	if (!x->map.shared)
		why_advise(w, WHY_SURE, private_memory);
	else if (x->private_call)
		why_advise(w, WHY_SURE, private_object, what, cure);
}

/*
 * sem_t: value, number of waiters, 0 or 128 for private or shared.
 */
static bool
is_semaphore(const struct why_thread *t, const struct futex *x)
{
	uint32_t word[3];

	return x->address % 8 == 0 &&
	       (t->arg[1] & FUTEX_CMD_MASK) == FUTEX_WAIT_BITSET &&
	       (uint32_t)t->arg[2] == 0 &&
	       why_peek(x->pid, x->address, word, sizeof word) && word[1] > 0 &&
	       word[1] < WHY_THREADS * 8 && (word[2] == 0 || word[2] == 128);
}

/*
 * The name of a named semaphore. It is found by the file's inode: the process
 * that made it mapped it under a temporary name, which is gone.
 */
static bool
semaphore_name(const struct futex *x, char *name, size_t size)
{
	char folder[64];
	bool found = false;

	if (!x->map.shared || !strstr(x->map.name, "/sem."))
		return false;
	snprintf(name, size, "(unlinked)");
	snprintf(folder, sizeof folder, "/proc/%d/root/dev/shm", x->pid);
	DIR *shm = opendir(folder);
	if (!shm)
		return true;
	struct dirent *entry;
	while (!found && (entry = readdir(shm))) {
		found = entry->d_ino == x->map.inode &&
			strncmp(entry->d_name, "sem.", 4) == 0;
		if (found)
			snprintf(name, size, "\"/%.90s\"", entry->d_name + 4);
	}
	closedir(shm);
	return true;
}

static void
explain_semaphore(struct why_world *w, const struct why_thread *t,
		  const struct futex *x)
{
	uint32_t word[2] = { 0 };
	char name[WHY_NAME];

	why_peek(x->pid, x->address, word, sizeof word);
	bool named = semaphore_name(x, name, sizeof name);
	why_head(w, t, "is blocked in sem_wait%s%s%s: value %u, %u waiting",
		 named ? "(sem " : "", named ? name : "", named ? ")" : "",
		 word[0], word[1]);
	say_place(w, t, x, "semaphore", "pass 1 as pshared to sem_init");
	why_advise(w, WHY_GENERAL,
		   "nobody is left to call sem_post: a missing post, a wrong "
		   "start value, or the wrong order of two semaphores");
}

/*
 * pthread_cond_t: the waiters sleep at one of two words at its end; the count
 * of waiters, times 8, stands one or two words before.
 */
static bool
is_condition(const struct why_thread *t, const struct futex *x)
{
	uint32_t word[2];

	return (t->arg[1] & FUTEX_CMD_MASK) == FUTEX_WAIT_BITSET &&
	       why_peek(x->pid, x->address - 8, word, sizeof word) &&
	       (x->address % 8 ? word[0] : word[1]) >> 3 > 0 &&
	       (x->address % 8 ? word[0] : word[1]) >> 3 < WHY_THREADS * 8;
}

static void
explain_condition(struct why_world *w, const struct why_thread *t,
		  const struct futex *x)
{
	why_head(w, t, "is blocked in pthread_cond_wait");
	say_place(w, t, x, "condition variable",
		  "set PTHREAD_PROCESS_SHARED in its attributes");
	why_advise(w, WHY_GENERAL,
		   "nobody is left to signal the condition: a signal sent "
		   "before the wait is lost, so test the state in a loop "
		   "under the mutex; wake all with broadcast");
}

/* pthread_mutex_t: lock word, count, owner, users, kind. */
static bool
read_mutex(const struct why_thread *t, const struct futex *x, uint32_t *owner)
{
	uint32_t word[5];
	int command = (int)t->arg[1] & FUTEX_CMD_MASK;

	if (!why_peek(x->pid, x->address, word, sizeof word))
		return false;
	*owner = word[2];
	if (command == FUTEX_LOCK_PI)
		return true;
	return command == FUTEX_WAIT && word[0] != 0 &&
	       (word[4] & ~0x1ffU) == 0 &&
	       (t->arg[2] == 2 || (uint32_t)t->arg[2] >> 31);
}

static const struct why_thread *
thread_of(struct why_world *w, uint32_t tid)
{
	for (int i = 0; i < w->threads; i++)
		if ((uint32_t)w->thread[i].tid == tid)
			return &w->thread[i];
	return NULL;
}

/* Does the thread wait for a futex with this owner? Then both are stuck. */
static bool
waits_for_mutex_of(struct why_world *w, const struct why_thread *t, pid_t tid)
{
	struct futex x = { .pid = w->process[t->process].pid,
			   .address = t->arg[0] };
	uint32_t owner;

	return why_kind_of(t) == WHY_FUTEX && read_mutex(t, &x, &owner) &&
	       owner == (uint32_t)tid;
}

static void
explain_mutex(struct why_world *w, const struct why_thread *t,
	      const struct futex *x, uint32_t owner)
{
	const struct why_thread *holder = thread_of(w, owner);

	why_head(w, t, "is blocked in pthread_mutex_lock");
	if (holder == t) {
		why_say(w, "  the waiting thread itself holds the mutex");
		why_advise(w, WHY_SURE,
			   "the mutex is locked twice by the same thread: an "
			   "unlock is missing on some path through the code");
	} else if (!holder || holder->state == 'Z') {
		why_say(w, "  its owner has ended without unlocking it");
		why_advise(w, WHY_SURE,
			   "the owner of the mutex died while it held it: a "
			   "robust mutex (PTHREAD_MUTEX_ROBUST) would return "
			   "EOWNERDEAD");
	} else {
		const struct why_process *p = &w->process[holder->process];
		why_say(w, "  it is held by: %s%s", why_who(w, holder->process),
			p->threads > 1 ? ", one of its threads" : "");
		if (waits_for_mutex_of(w, holder, t->tid))
			why_advise(w, WHY_SURE,
				   "each holds a mutex that the other waits "
				   "for: lock them in the same order "
				   "everywhere");
	}
	say_place(w, t, x, "mutex",
		  "set PTHREAD_PROCESS_SHARED in its attributes");
	why_advise(w, WHY_GENERAL,
		   "the owner waits for something else while it holds the "
		   "mutex");
}

/* pthread_join sleeps at the thread's id, which becomes 0 when it ends. */
static const struct why_thread *
joined(struct why_world *w, const struct why_thread *t, const struct futex *x)
{
	uint32_t tid;

	if (!why_peek(x->pid, x->address, &tid, sizeof tid) || tid == 0 ||
	    tid != (uint32_t)t->arg[2])
		return NULL;
	const struct why_thread *other = thread_of(w, tid);
	return other && other->process == t->process ? other : NULL;
}

void
why_explain_futex(struct why_world *w, const struct why_thread *t)
{
	struct futex x = { .pid = w->process[t->process].pid,
			   .address = t->arg[0],
			   .private_call = t->arg[1] & FUTEX_PRIVATE_FLAG };
	uint32_t value = 0, owner;

	x.mapped = why_map_of(x.pid, x.address, &x.map);
	const struct why_thread *other = joined(w, t, &x);
	if (other && other != t) {
		const struct why_process *p = &w->process[t->process];
		why_head(w, t, "is blocked in pthread_join, for thread %d",
			 (int)(other - &w->thread[p->first_thread]) + 1);
	} else if (is_semaphore(t, &x)) {
		explain_semaphore(w, t, &x);
	} else if (read_mutex(t, &x, &owner)) {
		explain_mutex(w, t, &x, owner);
	} else if (is_condition(t, &x)) {
		explain_condition(w, t, &x);
	} else {
		why_peek(x.pid, x.address, &value, sizeof value);
		why_head(w, t, "is blocked in futex: word %u%s", value,
			 why_timed(t) ? ", with a time limit" : "");
		say_place(w, t, &x, "word", "it is marked private");
	}
}
