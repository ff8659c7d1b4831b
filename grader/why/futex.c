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
	unsigned inside; /* the word is so many bytes inside the object */
	char symbol[WHY_NAME / 2]; /* what the program calls it, or empty */
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
	/* An offset tells two objects in one mapping apart. */
	unsigned long at = x->map.offset - x->inside;
	char field[32];
	if (x->map.shared && !strstr(x->map.name, "/sem.")) {
		why_field_name(x->pid, at, field, sizeof field);
		why_say(w, "  the %s is %s%sat byte %lu of %s", what, field,
			field[0] ? ", " : "", at, why_map_words(&x->map));
	} else {
		why_say(w, "  the %s is in %s", what, why_map_words(&x->map));
	}
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

/* `lock` of a program that calls it so, or "/lock" of a named semaphore. */
static void
semaphore_words(const struct futex *x, char *words, size_t size)
{
	char name[WHY_NAME];

	if (semaphore_name(x, name, sizeof name))
		snprintf(words, size, "sem %s", name);
	else
		snprintf(words, size, "%s", x->symbol);
}

/* The same, or where it lies. */
static void
semaphore_place(const struct futex *x, char *words, size_t size)
{
	semaphore_words(x, words, size);
	if (!words[0] && !why_field_name(x->pid, x->map.offset, words, size))
		snprintf(words, size, "the one at byte %lu", x->map.offset);
}

/* The semaphore that a thread waits for, if it is one. */
static bool
find_semaphore(struct why_world *w, const struct why_thread *t, struct futex *x)
{
	*x = (struct futex){ .pid = w->process[t->process].pid,
			     .address = t->arg[0] };
	if (why_kind_of(t) != WHY_FUTEX || !is_semaphore(t, x))
		return false;
	x->mapped = why_map_of(x->pid, x->address, &x->map);
	why_symbol(x->pid, x->address, x->symbol, sizeof x->symbol);
	return x->mapped && x->map.shared;
}

/*
 * Another process that waits for another semaphore? Then each may hold what
 * the other wants: a semaphore does not know who took it.
 */
static void
advise_crosswise(struct why_world *w, const struct why_thread *t,
		 const struct futex *own)
{
	char mine[WHY_NAME + 8], other[WHY_NAME + 8];

	for (int i = 0; i < w->threads; i++) {
		const struct why_thread *o = &w->thread[i];
		struct futex x;
		if (o->process == t->process || !find_semaphore(w, o, &x) ||
		    (x.map.inode == own->map.inode &&
		     x.map.offset == own->map.offset))
			continue;
		semaphore_place(own, mine, sizeof mine);
		semaphore_place(&x, other, sizeof other);
		why_advise(w, WHY_LIKELY,
			   "two semaphores are at 0: %s waits for %s, %s for "
			   "%s. Locks must be taken in the same order "
			   "everywhere, and one that counts before one that "
			   "locks; of two that signal, one side must post "
			   "before it waits",
			   why_who(w, t->process), mine, why_who(w, o->process),
			   other);
		return;
	}
}

/* Was the named semaphore there before the program, at 0? */
static void
advise_stale(struct why_world *w, const struct why_thread *t,
	     const struct futex *x)
{
	char name[WHY_NAME], path[WHY_NAME + 64];
	double age;

	if (!semaphore_name(x, name, sizeof name) || name[0] != '"')
		return;
	snprintf(path, sizeof path, "/proc/%d/root/dev/shm/sem.%.*s", x->pid,
		 (int)strcspn(name + 2, "\""), name + 2);
	if (why_file_made(w, t->process, path, &age) != WHY_BEFORE)
		return;
	why_say(w, "  it was made %s ago, before this program began",
		why_age(age));
	why_advise(w, WHY_SURE,
		   "the semaphore %s is left from an earlier run, with the "
		   "value that it had then: sem_open sets a value only when it "
		   "makes one. Call sem_unlink at the end, or before O_CREAT | "
		   "O_EXCL",
		   name);
}

static void
explain_semaphore(struct why_world *w, const struct why_thread *t,
		  const struct futex *x)
{
	uint32_t word[2] = { 0 };
	char name[WHY_NAME + 8];

	why_peek(x->pid, x->address, word, sizeof word);
	semaphore_words(x, name, sizeof name);
	why_head(w, t, "is blocked in sem_wait%s%s%s: value %u, %u waiting",
		 name[0] ? "(" : "", name, name[0] ? ")" : "", word[0],
		 word[1]);
	say_place(w, t, x, "semaphore", "pass 1 as pshared to sem_init");
	advise_stale(w, t, x);
	if (x->map.shared)
		advise_crosswise(w, t, x);
	why_advise(w, WHY_GENERAL,
		   "nobody is left to call sem_post: a missing post, a wrong "
		   "start value, or the wrong order of two semaphores");
}

/* pthread_barrier_t: come so far, come when the round began, count, shared. */
static bool
read_barrier(const struct why_thread *t, const struct futex *x, uint32_t *come,
	     uint32_t *count)
{
	uint32_t word[5];

	if ((t->arg[1] & FUTEX_CMD_MASK) != FUTEX_WAIT ||
	    !why_peek(x->pid, x->address - 4, word, sizeof word))
		return false;
	*come = word[0] - word[1];
	*count = word[2];
	return word[1] == (uint32_t)t->arg[2] && *come > 0 && *come < *count &&
	       *count < WHY_THREADS * 8 && (word[3] == 0 || word[3] == 128) &&
	       word[4] <= word[0];
}

static void
explain_barrier(struct why_world *w, const struct why_thread *t,
		const struct futex *x, uint32_t come, uint32_t count)
{
	why_head(w, t, "is blocked in pthread_barrier_wait: %u of %u have come",
		 come, count);
	say_place(w, t, x, "barrier",
		  "set PTHREAD_PROCESS_SHARED in its attributes");
	why_advise(w, WHY_LIKELY,
		   "the barrier opens when all %u have come, and only %u do: "
		   "its count is wrong, or one has ended or waits elsewhere",
		   count, come);
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

/*
 * Who signals, or wakes all, waits at times until those are gone whom it woke before:
 * at one of two counts of them, 16 bytes inside, times 2, and 1 for "somebody waits". The
 * count of all waiters stands 36 bytes inside. (From glibc 2.41 on nobody waits so.)
 */
static bool
is_condition_signal(const struct why_thread *t, struct futex *x)
{
	uint32_t word[12];

	x->inside = x->address % 8 ? 20 : 16;
	if ((t->arg[2] & 1) &&
	    why_peek(x->pid, x->address - x->inside, word, sizeof word) &&
	    word[x->inside / 4] == (uint32_t)t->arg[2] && word[9] >> 3 > 0 &&
	    word[9] >> 3 < WHY_THREADS * 8)
		return true;
	x->inside = 0;
	return false;
}

static void
explain_condition_signal(struct why_world *w, const struct why_thread *t,
			 const struct futex *x)
{
	why_head(w, t, "is blocked in pthread_cond_signal or _broadcast");
	why_say(w, "  it waits for one whom it woke before, and who has not "
		   "left pthread_cond_wait");
	say_place(w, t, x, "condition variable",
		  "set PTHREAD_PROCESS_SHARED in its attributes");
	why_advise(w, WHY_GENERAL,
		   "whoever was woken has died, or cannot hear it");
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
	if (*owner == INT32_MAX) // the last one died; not consistent yet
		*owner = word[0] & FUTEX_TID_MASK;
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

#if defined(__x86_64__)
/* The C library's end of a handler: mov $15, %rax; syscall (rt_sigreturn). */
static const unsigned char handler_end[] = { 0x48, 0xc7, 0xc0, 0x0f, 0,
					     0,	   0,	 0x0f, 0x05 };
#else
/* mov x8, #139; svc #0 */
static const unsigned char handler_end[] = { 0x68, 0x11, 0x80, 0xd2,
					     0x01, 0,	 0,    0xd4 };
#endif
enum { STACK_WORDS = 4096 };

/*
 * Is the thread in a signal handler? Then its stack has, above the handler's
 * part, an address to return to where the handler ends by rt_sigreturn.
 */
static bool
in_handler(struct why_world *w, const struct why_thread *t)
{
	static unsigned long stack[STACK_WORDS];
	unsigned char code[sizeof handler_end];
	pid_t pid = w->process[t->process].pid;
	size_t words = STACK_WORDS;

	if (!t->stack || !w->process[t->process].caught)
		return false;
	while (words >= 64 &&
	       !why_peek(pid, t->stack, stack, words * sizeof stack[0]))
		words /= 2;
	for (size_t i = 0; words >= 64 && i < words; i++)
		if (stack[i] > 4096 && stack[i] < t->stack &&
		    why_peek(pid, stack[i], code, sizeof code) &&
		    memcmp(code, handler_end, sizeof code) == 0)
			return true;
	return false;
}

/* The signals that are blocked because their handlers run. */
static void
handled(struct why_world *w, const struct why_thread *t, char *names,
	size_t size)
{
	uint64_t set = t->blocked & w->process[t->process].caught;

	if (set)
		why_signal_names(set, names, size);
	else
		snprintf(names, size, "a signal");
}

/* Is it a child's own copy of a mutex, which its parent had locked? */
static bool
is_forked_lock(struct why_world *w, const struct why_thread *t,
	       const struct futex *x, const struct why_thread *holder)
{
	const struct why_process *p = &w->process[t->process];
	const struct why_process *parent = why_process_of(w, p->parent);

	return x->mapped && !x->map.shared && !p->other && parent &&
	       !parent->is_shell && (!holder || holder->process != t->process);
}

static void
explain_mutex(struct why_world *w, const struct why_thread *t,
	      const struct futex *x, uint32_t owner)
{
	const struct why_thread *holder = thread_of(w, owner);

	why_head(w, t, "is blocked in pthread_mutex_lock%s%s%s",
		 x->symbol[0] ? "(" : "", x->symbol, x->symbol[0] ? ")" : "");
	if (holder == t && in_handler(w, t)) {
		char names[WHY_LINE / 4];
		handled(w, t, names, sizeof names);
		why_say(w,
			"  the waiting thread itself holds the mutex; it is in "
			"the handler of %s",
			names);
		why_advise(
		    w, WHY_SURE,
		    "a handler locks the mutex that the code which it "
		    "interrupted holds, and that code goes on only after "
		    "the handler: a handler must not lock; let it set a "
		    "flag, or block the signal while the mutex is held");
	} else if (holder == t) {
		why_say(w, "  the waiting thread itself holds the mutex");
		why_advise(w, WHY_SURE,
			   "the mutex is locked twice by the same thread: an "
			   "unlock is missing on some path through the code");
	} else if (is_forked_lock(w, t, x, holder)) {
		why_say(w, "  it was locked before fork, by a thread that is "
			   "not in this process");
		why_advise(w, WHY_SURE,
			   "fork copies a locked mutex, but only the thread "
			   "that called it: nobody in the child can unlock it. "
			   "Fork before other threads start, or while no lock "
			   "is held");
	} else if (!holder || holder->state == 'Z') {
		char who[WHY_NAME];

		if (holder)
			snprintf(who, sizeof who, "%s",
				 why_who(w, holder->process));
		else
			snprintf(who, sizeof who, "process %u", owner);
		why_say(w, "  its owner, %s, has ended without unlocking it",
			who);
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

/*
 * pthread_rwlock_t: readers, writers, the two words that waiters sleep at, two
 * more, the thread that writes, 0 or 1 for private or shared. `readers` becomes how
 * many have it for reading,
 * where nobody writes.
 */
static bool
read_rwlock(const struct why_thread *t, const struct futex *x, uint32_t *writer,
	    uint32_t *readers)
{
	uint32_t word[8];

	if (!(t->arg[2] & 2) || t->arg[2] > 3 || x->address % 8 != 0 ||
	    !why_peek(x->pid, x->address - 8, word, sizeof word))
		return false;
	*writer = word[6];
	*readers = word[0] >> 3;
	return word[2] == (uint32_t)t->arg[2] && word[4] == 0 && word[5] == 0 &&
	       word[1] < WHY_THREADS && *readers < WHY_THREADS &&
	       word[7] <= 1 && (*writer != 0) == (t->arg[2] & 1) &&
	       (*writer || *readers);
}

static void
explain_rwlock(struct why_world *w, const struct why_thread *t,
	       const struct futex *x, uint32_t writer, uint32_t readers)
{
	const struct why_thread *holder = thread_of(w, writer);

	why_head(w, t, "is blocked in pthread_rwlock_%s",
		 writer ? "rdlock or _wrlock" : "wrlock");
	if (holder)
		why_say(w, "  it is held for writing by: %s%s",
			why_who(w, holder->process),
			holder == t ? ", the waiting thread itself" : "");
	else if (writer)
		why_say(w, "  the thread that holds it for writing has ended");
	else
		why_say(w, "  it is held for reading, %u time%s", readers,
			readers == 1 ? "" : "s");
	say_place(w, t, x, "lock",
		  "set PTHREAD_PROCESS_SHARED in its attributes");
	why_advise(w, WHY_GENERAL,
		   "pthread_rwlock_unlock is missing on some path, or whoever "
		   "holds the lock waits for something else meanwhile");
}

/*
 * A lock of the C library's own, of malloc or of stdio, in a handler that
 * interrupted just that? Nothing else makes a single thread wait there.
 */
static bool
is_library_lock(struct why_world *w, const struct why_thread *t,
		const struct futex *x)
{
	uint32_t owner;

	if ((t->arg[1] & FUTEX_CMD_MASK) != FUTEX_WAIT ||
	    (uint32_t)t->arg[2] != 2 || !x->private_call || !in_handler(w, t))
		return false;
	return !read_mutex(t, x, &owner) || !thread_of(w, owner);
}

static void
explain_library_lock(struct why_world *w, const struct why_thread *t)
{
	char names[WHY_LINE / 4];

	handled(w, t, names, sizeof names);
	why_head(w, t,
		 "is blocked in a lock of the C library, in the handler of %s",
		 names);
	why_advise(w, WHY_SURE,
		   "the handler calls a function such as printf or malloc, "
		   "whose lock the interrupted code holds: a handler may only "
		   "call what signal-safety(7) lists");
}

/*
 * The thread in whose descriptor the address lies: that begins with its own
 * address, twice, and has the thread's id soon after. NULL if there is none, or
 * if this machine lays descriptors out in another way.
 */
static const struct why_thread *
described(struct why_world *w, const struct why_thread *t, pid_t pid,
	  unsigned long address)
{
	enum { ALIGNED = 64, SIZE_MAX_BYTES = 4096 };
	uint32_t words[256];

	for (unsigned long at = address & ~(ALIGNED - 1UL);
	     at + SIZE_MAX_BYTES > address; at -= ALIGNED) {
		uint64_t head[3];

		if (!why_peek(pid, at, head, sizeof head))
			return NULL;
		if (head[0] != at || head[2] != at ||
		    !why_peek(pid, at, words, sizeof words))
			continue;
		for (size_t i = 6; i < sizeof words / sizeof *words; i++) {
			const struct why_thread *other =
			    thread_of(w, (pid_t)words[i]);

			if (other && other->process == t->process)
				return other;
		}
	}
	return NULL;
}

/*
 * pthread_join sleeps at the thread's id, which becomes 0 when it ends; from glibc
 * 2.43 on at a word beside it, which says that it can be joined.
 */
static const struct why_thread *
joined(struct why_world *w, const struct why_thread *t, const struct futex *x)
{
	enum { JOINABLE = 2 };
	uint32_t word;

	if (!why_peek(x->pid, x->address, &word, sizeof word) || word == 0 ||
	    word != (uint32_t)t->arg[2])
		return NULL;
	if (word == JOINABLE)
		return described(w, t, x->pid, x->address);
	const struct why_thread *other = thread_of(w, (pid_t)word);
	return other && other->process == t->process ? other : NULL;
}

void
why_explain_futex(struct why_world *w, const struct why_thread *t)
{
	struct futex x = { .pid = w->process[t->process].pid,
			   .address = t->arg[0],
			   .private_call = t->arg[1] & FUTEX_PRIVATE_FLAG };
	uint32_t value = 0, owner;

	uint32_t come, count;

	x.mapped = why_map_of(x.pid, x.address, &x.map);
	why_symbol(x.pid, x.address, x.symbol, sizeof x.symbol);
	const struct why_thread *other = joined(w, t, &x);
	if (other && other != t) {
		const struct why_process *p = &w->process[t->process];
		why_head(w, t, "is blocked in pthread_join, for thread %d",
			 (int)(other - &w->thread[p->first_thread]) + 1);
	} else if (is_semaphore(t, &x)) {
		explain_semaphore(w, t, &x);
	} else if (read_barrier(t, &x, &come, &count)) {
		x.inside = 4;
		explain_barrier(w, t, &x, come, count);
	} else if (read_rwlock(t, &x, &owner, &count)) {
		x.inside = 8;
		explain_rwlock(w, t, &x, owner, count);
	} else if (is_condition_signal(t, &x)) {
		explain_condition_signal(w, t, &x);
	} else if (is_library_lock(w, t, &x)) {
		explain_library_lock(w, t);
	} else if (read_mutex(t, &x, &owner)) {
		explain_mutex(w, t, &x, owner);
	} else if (is_condition(t, &x)) {
		explain_condition(w, t, &x);
	} else {
		why_peek(x.pid, x.address, &value, sizeof value);
		why_head(w, t, "is blocked in futex: word %u%s", value,
			 why_timed(t) ? ", with a time limit" : "");
		say_place(w, t, &x, "word", "it is marked private");
		why_advise(w, WHY_LIKELY,
			   "who sleeps at a word is woken only by FUTEX_WAKE "
			   "at it: whoever changes the word must do so first "
			   "and then look for sleepers, and a sleeper must say "
			   "that it waits before it looks for the last time");
	}
}
