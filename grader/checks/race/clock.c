/*
 * race, clocks: which process has seen what of which other. Things that order
 * processes are known by keys that are the same in all processes. The clock of
 * a key only grows: what was once released to it is acquired by everyone later,
 * even what came from an earlier, unrelated release. So a race may be missed,
 * but none is reported falsely.
 */
#define _GNU_SOURCE
#include "race.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

uint64_t
race_key(enum kind kind, uint64_t a, uint64_t b)
{
	uint64_t key = kind;

	key = (key ^ a) * 0x9e3779b97f4a7c15;
	key = (key ^ key >> 29 ^ b) * 0xbf58476d1ce4e5b9;
	key ^= key >> 32;
	return key == 0 ? 1 : key;
}

void
race_join(struct clock *to, const struct clock *from)
{
	for (int i = 0; i < race_state->processes; i++)
		if (from->at[i] > to->at[i])
			to->at[i] = from->at[i];
}

struct sync *
race_sync(uint64_t key, bool create)
{
	for (int i = 0; i < SYNCS; i++) {
		struct sync *s = &race_state->sync[(key + i) % SYNCS];

		if (s->key == key)
			return s;
		if (s->key != 0)
			continue;
		if (!create)
			return NULL;
		s->key = key;
		return s;
	}
	return NULL;
}

void
race_release(uint64_t key)
{
	struct held held;
	struct sync *s;

	if (key == 0 || !race_lock(&held))
		return;
	s = race_sync(key, true);
	if (s != NULL) {
		race_join(&s->clock, &race_self->now);
		race_self->now.at[race_index]++;
	}
	race_unlock(&held);
	if (s == NULL)
		race_stop("there are too many locks and channels");
}

bool
race_acquire(uint64_t key)
{
	struct held held;
	struct sync *s;

	if (key == 0 || !race_lock(&held))
		return true;
	s = race_sync(key, false);
	if (s != NULL)
		race_join(&race_self->now, &s->clock);
	race_unlock(&held);
	return s != NULL;
}

char
race_state_of(pid_t pid)
{
	char path[64], text[512];
	long fd, length;
	int saved = errno;
	const char *p;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = note_syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
	if (fd == -1) {
		errno = saved;
		return 'X';
	}
	length = note_syscall(SYS_read, fd, text, sizeof(text) - 1);
	note_syscall(SYS_close, fd);
	errno = saved;
	if (length <= 0)
		return 'X';
	text[length] = '\0';
	p = strrchr(text, ')');
	return p == NULL || p[1] == '\0' ? 'X' : p[2];
}

static bool
ended(const struct process *p)
{
	/* Without a pid: never started, or has done nothing yet. */
	return p->pid != 0 &&
	       (p->finished || strchr("ZXx", race_state_of(p->pid)) != NULL);
}

static bool
asleep(const struct process *p)
{
	return p->pid != 0 && strchr("SDTt", race_state_of(p->pid)) != NULL;
}

/* Joins the processes of which `seen` is true. */
static void
join_all(bool (*seen)(const struct process *), bool undo_only)
{
	struct held held;

	if (!race_lock(&held))
		return;
	for (int i = 0; i < race_state->processes; i++) {
		const struct process *p = &race_state->process[i];

		if (i != race_index && (!undo_only || p->undo) && seen(p))
			race_join(&race_self->now, &p->now);
	}
	race_unlock(&held);
}

void
race_join_ended(bool undo_only)
{
	join_all(ended, undo_only);
}

void
race_join_outside(void)
{
	race_acquire(race_key(OUTSIDE, 0, 0));
	join_all(ended, false);
	join_all(asleep, false);
}

void
race_join_pid(pid_t pid)
{
	struct held held;
	bool found = false;

	if (!race_lock(&held))
		return;
	/* From the newest: the kernel uses process ids again. */
	for (int i = race_state->processes; i-- > 0 && !found;) {
		found = race_state->process[i].pid == pid;
		if (found)
			race_join(&race_self->now, &race_state->process[i].now);
	}
	race_unlock(&held);
	if (!found)
		race_join_outside();
}
