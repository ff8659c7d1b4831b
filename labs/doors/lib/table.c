/*
 * The doors that this process has, and when they end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doors.h"

pthread_mutex_t doors_lock = PTHREAD_MUTEX_INITIALIZER;

static struct door *doors; // doors_lock, which all of these want to be held

void
door_enter(struct door *door)
{
	door->next = doors;
	doors = door;
}

void
door_drop(struct door *door)
{
	struct door **link = &doors;

	while (*link != door)
		link = &(*link)->next;
	*link = door->next;
}

// The door of this process with the entrance `key`, or NULL with errno EBADF.
struct door *
door_at(struct key key, struct entrance **which)
{
	for (struct door *door = doors; door != NULL; door = door->next) {
		struct entrance *entrance = door->entrances;

		while (entrance != NULL && !same_key(entrance->key, key))
			entrance = entrance->next;
		if (entrance == NULL)
			continue;
		*which = entrance;
		return door;
	}
	errno = EBADF;
	return NULL;
}

// The door of this process that `fd` refers to, or NULL with errno EBADF.
struct door *
door_of(int fd)
{
	struct identity who;
	struct entrance *entrance;

	return identify(fd, &who) == -1 ? NULL : door_at(who.key, &entrance);
}

// Where some door of this process is attached, for free(); NULL if nowhere.
char *
attached_path(void)
{
	for (struct door *door = doors; door != NULL; door = door->next) {
		struct entrance *entrance = door->entrances;

		while (entrance != NULL && entrance->path == NULL)
			entrance = entrance->next;
		if (entrance != NULL)
			return strdup(entrance->path);
	}
	return NULL;
}

void
door_fill_info(const struct door *door, door_info_t *info)
{
	memset(info, 0, sizeof(*info));
	info->di_target = getpid();
	info->di_proc = (door_ptr_t)(uintptr_t)door->proc;
	info->di_data = (door_ptr_t)(uintptr_t)door->cookie;
	info->di_attributes =
	    atomic_load(&door->notice->attributes) | DOOR_LOCAL;
	info->di_uniquifier = door->id;
}

// Does the door's own descriptor still refer to it?
static bool
has_own(const struct door *door, const struct entrance *entrance)
{
	struct identity who;

	return identify(door->fd, &who) == 0 &&
	       same_key(who.key, entrance->key);
}

static void
free_door(struct door *door)
{
	door_drop(door);
	board_give_back(door->notice);
	if (door->pool->door == door) {
		pool_close(door->pool);
		door->pool->door = NULL;
		pool_release(door->pool);
	}
	free(door);
}

/*
 * Frees what is left of a door that nobody can come to any more: entrances that
 * no path and no descriptor leads to, and after the last one the door. To be
 * called whenever one of these may have ended. doors_lock is held.
 */
void
door_maybe_free(struct door *door)
{
	struct entrance **link = &door->entrances;

	while (*link != NULL) {
		struct entrance *entrance = *link;

		if (entrance->path != NULL || door->writers > 0 ||
		    has_own(door, entrance) || entrance_has_readers(entrance)) {
			link = &entrance->next;
			continue;
		}
		*link = entrance->next;
		entrance_close(entrance);
	}
	if (door->entrances != NULL)
		return;
	guests_dismiss(door);
	if (door->bell != NULL && door->active == 0) {
		struct guest *bell = door->bell;

		door->bell = NULL;
		guest_leave(bell); // comes here again
	} else if (door->active == 0 && door->guests == 0) {
		free_door(door);
	}
}

// The mailbox of `pool` was full once, and has room now: tells the doors that
// are due to be told something.
void
doors_tell(const struct pool *pool)
{
	for (struct door *door = doors; door != NULL; door = door->next) {
		if (door->pool == pool && door->unref_due)
			unref_check(door);
	}
}

// The child's descriptor of a counted door becomes a read end, and counts.
static void
become_reader(const struct door *door)
{
	int flags = fcntl(door->fd, F_GETFD);
	char path[64];
	int reader;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", door->fd);
	reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (reader == -1)
		return;
	(void)dup3(reader, door->fd, flags & FD_CLOEXEC ? O_CLOEXEC : 0);
	close(reader);
}

// The child has no doors. It may call its parent's, by what it inherited.
void
table_after_fork(void)
{
	struct door *door;

	while ((door = doors) != NULL) {
		struct entrance *entrance;

		doors = door->next;
		while ((entrance = door->entrances) != NULL) {
			door->entrances = entrance->next;
			if (entrance->reader == -1 && has_own(door, entrance) &&
			    (door->attributes &
			     (DOOR_UNREF | DOOR_UNREF_MULTI)))
				become_reader(door);
			entrance_close(entrance);
		}
		free(door);
	}
}
