/*
 * Which calls the tested programs made, on what, and how they ended: by system
 * call, so that nothing in a program can hide or forge one. And what they made
 * that outlives them.
 */
#define _GNU_SOURCE
#include "conduct.h"

#include <ctype.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SEEN_MAX = 1500, MADE_MAX = 256, OBJECT_BYTES = 80 };

static struct seen {
	char name[NAME_BYTES];
	const char *call;
	char object[OBJECT_BYTES];
	int error; /* 0: it worked */
	unsigned long times;
	unsigned long last; /* when: it was the n-th of all */
} seen[SEEN_MAX];
static int nseen;
static unsigned long ncalls;

static struct made {
	enum { SHM, SEM, MSG, FILE_IN_SHM, QUEUE } kind;
	int id;
	char name[100];
} made[MADE_MAX];
static int nmade;

void
evidence_reset(void)
{
	nseen = nmade = 0;
	ncalls = 0;
}

bool
makes_thread(const struct tracee *t)
{
	uint64_t flags = t->args[0];

	if (t->number == SYS_clone3 &&
	    !memory_read(t->tid, t->args[0], &flags, sizeof(flags)))
		return false;
	return (t->number == SYS_clone3 || t->number == SYS_clone) &&
	       (flags & CLONE_THREAD);
}

/* What the call was made on, in one word or two. */
static void
object(const struct tracee *t, long result, char text[OBJECT_BYTES])
{
	const uint64_t *a = t->args;

	text[0] = '\0';
	if (call_is(t->call, "mmap")) {
		snprintf(text, OBJECT_BYTES, "%ju bytes %s-%s", (uintmax_t)a[1],
			 a[3] & MAP_SHARED ? "shared" : "private",
			 a[3] & MAP_ANONYMOUS ? "anonymous" : "file");
	} else if (call_is(t->call, "open") && result >= 0) {
		snprintf(text, OBJECT_BYTES, "%.79s",
			 object_of(t, (int)result));
	} else if (call_is(t->call, "dup2")) {
		snprintf(text, OBJECT_BYTES, "%.60s onto %d",
			 object_of(t, (int)(result >= 0 ? result : (long)a[0])),
			 (int)a[1]);
	} else if (call_is(t->call, "kill") || call_is(t->call, "sigqueue")) {
		snprintf(text, OBJECT_BYTES, "%s", signal_name((int)a[1]));
	} else if (call_is(t->call, "sigaction")) {
		snprintf(text, OBJECT_BYTES, "%s", signal_name((int)a[0]));
	} else if (call_is(t->call, "tkill")) {
		snprintf(text, OBJECT_BYTES, "%s",
			 signal_name((int)a[t->number == SYS_tgkill ? 2 : 1]));
	} else if (call_is(t->call, "fcntl")) {
		int op = (int)a[1];

		snprintf(text, OBJECT_BYTES, "%s",
			 (op >= F_GETLK && op <= F_SETLKW) ||
				 (op >= F_OFD_GETLK && op <= F_OFD_SETLKW)
			     ? "lock"
			     : "other");
	} else if (t->number == SYS_futex && futex_waits(t) && a[3] != 0 &&
		   (a[1] & FUTEX_CLOCK_REALTIME)) {
		snprintf(text, OBJECT_BYTES, "until a time of day");
	} else if (call_is(t->call, "semctl")) {
		int op = (int)a[2];

		snprintf(text, OBJECT_BYTES, "%s",
			 op == SETVAL || op == SETALL ? "values" : "other");
	} else if (t->limited) {
		snprintf(text, OBJECT_BYTES, "with a time limit");
	} else if (call_is(t->call, "exit")) {
		snprintf(text, OBJECT_BYTES, "%d", (int)a[0] & 255);
	} else if ((t->call->flags & FD) && !call_is(t->call, "close")) {
		snprintf(text, OBJECT_BYTES, "%.79s", object_of(t, (int)a[0]));
	}
}

/* t has made a call, which returned `result`. */
void
evidence_call(const struct tracee *t, long result)
{
	int error = result < 0 && result > -4096 ? (int)-result : 0;
	char what[OBJECT_BYTES], number[24];
	const char *call;
	struct seen *s;

	if (!t->tested || t->number < 0)
		return;
	if (t->call != NULL) {
		object(t, result, what);
		call = makes_thread(t) ? "thread" : t->call->family;
	} else {
		snprintf(number, sizeof(number), "%ld", t->number);
		snprintf(what, sizeof(what), "%s", number);
		call = "unknown";
	}
	for (s = seen; s < seen + nseen; s++)
		if (s->call == call && s->error == error &&
		    strcmp(s->object, what) == 0 &&
		    strcmp(s->name, t->name) == 0)
			break;
	if (s == seen + nseen) {
		if (nseen == SEEN_MAX)
			return;
		nseen++;
		memset(s, 0, sizeof(*s));
		snprintf(s->name, sizeof(s->name), "%s", t->name);
		snprintf(s->object, sizeof(s->object), "%s", what);
		s->call = call;
		s->error = error;
	}
	s->times++;
	s->last = ++ncalls;
}

static int
by_last(const void *a, const void *b)
{
	const struct seen *s = a, *t = b;

	return (s->last > t->last) - (s->last < t->last);
}

/*
 * A line for each: who, call, how it ended, how often, on what. In the order in
 * which they were made for the last time, so that a test can ask what came after
 * the last write.
 */
void
evidence_print(FILE *out)
{
	qsort(seen, (size_t)nseen, sizeof(seen[0]), by_last);
	for (struct seen *s = seen; s < seen + nseen; s++)
		fprintf(out, "call %s %s %s %lu %s\n", s->name, s->call,
			s->error == 0 ? "ok" : error_name(s->error), s->times,
			s->object[0] == '\0' ? "-" : s->object);
}

/* ---- what outlives a program */

static void
note(int kind, int id, const char *name)
{
	for (int i = 0; i < nmade; i++)
		if ((int)made[i].kind == kind && made[i].id == id &&
		    strcmp(made[i].name, name) == 0)
			return;
	if (nmade == MADE_MAX)
		return;
	made[nmade].kind = kind;
	made[nmade].id = id;
	snprintf(made[nmade++].name, sizeof(made[0].name), "%.99s", name);
}

bool
makes_file(const struct tracee *t)
{
	return t->number == SYS_openat && (t->args[2] & O_CREAT);
}

/* The result of a call may be an object that stays. */
void
evidence_made(const struct tracee *t, long result)
{
	char text[100] = "";
	bool private;

	if (result < 0 || t->number < 0)
		return;
	private = t->args[0] == IPC_PRIVATE;

	if (t->number == SYS_shmget && (private || (t->args[2] & IPC_CREAT))) {
		note(SHM, (int)result, "");
	} else if (t->number == SYS_semget &&
		   (private || (t->args[2] & IPC_CREAT))) {
		note(SEM, (int)result, "");
	} else if (t->number == SYS_msgget &&
		   (private || (t->args[1] & IPC_CREAT))) {
		note(MSG, (int)result, "");
	} else if (t->number == SYS_mq_open && (t->args[1] & O_CREAT)) {
		if (!memory_read(t->tid, t->args[0], text + 1,
				 sizeof(text) - 2))
			memory_read(t->tid, t->args[0], text + 1, 16);
		text[0] = '/';
		note(QUEUE, 0, text);
	} else if (makes_file(t)) {
		char path[64];
		ssize_t n;

		snprintf(path, sizeof(path), "/proc/%d/fd/%ld", t->tid, result);
		n = readlink(path, text, sizeof(text) - 1);
		text[n > 0 ? n : 0] = '\0';
		if (strncmp(text, "/dev/shm/", 9) == 0)
			note(FILE_IN_SHM, 0, text);
	}
}

/* Removes what is left of it; a line for each. Returns how many. */
int
evidence_left(FILE *out)
{
	int left = 0;

	for (struct made *m = made; m < made + nmade; m++) {
		const char *what = NULL;

		switch (m->kind) {
		case SHM: {
			struct shmid_ds ds;

			if (shmctl(m->id, IPC_STAT, &ds) == 0 &&
			    !(ds.shm_perm.mode & SHM_DEST) &&
			    shmctl(m->id, IPC_RMID, NULL) == 0)
				what = "a System V segment (shmctl IPC_RMID)";
			break;
		}
		case SEM:
			if (semctl(m->id, 0, IPC_RMID) == 0)
				what = "System V semaphores (semctl IPC_RMID)";
			break;
		case MSG:
			if (msgctl(m->id, IPC_RMID, NULL) == 0)
				what = "a System V queue (msgctl IPC_RMID)";
			break;
		case FILE_IN_SHM:
			if (unlink(m->name) == 0)
				what = "(shm_unlink or sem_unlink)";
			break;
		case QUEUE:
			if (mq_unlink(m->name) == 0)
				what = "(mq_unlink)";
			break;
		}
		if (what == NULL)
			continue;
		left++;
		for (char *c = m->name; *c != '\0'; c++)
			if (iscntrl((unsigned char)*c))
				*c = '?'; /* one line of the record */
		fprintf(out, "left %s%s%s\n", m->name,
			m->name[0] == '\0' ? "" : " ", what);
	}
	nmade = 0;
	return left;
}
