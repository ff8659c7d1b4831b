/*
 * The doors of this process, and when they end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "library.h"

pthread_mutex_t doors_lock = PTHREAD_MUTEX_INITIALIZER;

static struct door *doors; // doors_lock, which all functions here need

void
registry_add(struct door *door)
{
	door->next = doors;
	doors = door;
}

void
registry_remove(struct door *door)
{
	struct door **link = &doors;

	while (*link != door)
		link = &(*link)->next;
	*link = door->next;
}

// The door of this process with the endpoint `file`, or NULL with errno EBADF.
struct door *
door_by_file(struct file_id file, struct endpoint **which)
{
	for (struct door *door = doors; door != NULL; door = door->next) {
		struct endpoint *endpoint = door->endpoints;

		while (endpoint != NULL && !same_file(endpoint->file, file))
			endpoint = endpoint->next;
		if (endpoint == NULL)
			continue;
		*which = endpoint;
		return door;
	}
	errno = EBADF;
	return NULL;
}

// The door of this process that `fd` refers to, or NULL with errno EBADF.
struct door *
door_by_fd(int fd)
{
	struct identity who;
	struct endpoint *endpoint;

	return identify(fd, &who) == -1 ? NULL
					: door_by_file(who.file, &endpoint);
}

// The path of some attached door of this process, to be freed; NULL if there is
// none.
char *
attached_path(void)
{
	for (struct door *door = doors; door != NULL; door = door->next) {
		struct endpoint *endpoint = door->endpoints;

		while (endpoint != NULL && endpoint->path == NULL)
			endpoint = endpoint->next;
		if (endpoint != NULL)
			return strdup(endpoint->path);
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
	    atomic_load(&door->status->attributes) | DOOR_LOCAL;
	info->di_uniquifier = door->id;
}

// Does the door's own descriptor still refer to it?
static bool
own_fd_is_open(const struct door *door, const struct endpoint *endpoint)
{
	struct identity who;

	return identify(door->fd, &who) == 0 &&
	       same_file(who.file, endpoint->file);
}

static void
free_door(struct door *door)
{
	registry_remove(door);
	status_free(door->status);
	if (door->pool->door == door) {
		pool_close(door->pool);
		door->pool->door = NULL;
		pool_release(door->pool);
	}
	free(door);
}

/*
 * Closes the endpoints that no path and no descriptor leads to any more, and
 * frees the door if none is left. Called whenever one of these may have ended.
 */
void
door_maybe_free(struct door *door)
{
	struct endpoint **link = &door->endpoints;

	while (*link != NULL) {
		struct endpoint *endpoint = *link;

		if (endpoint->path != NULL || door->writers > 0 ||
		    own_fd_is_open(door, endpoint) ||
		    endpoint_has_readers(endpoint)) {
			link = &endpoint->next;
			continue;
		}
		*link = endpoint->next;
		endpoint_close(endpoint);
	}
	if (door->endpoints != NULL)
		return;
	callers_disconnect(door);
	if (door->notifier != NULL && door->active == 0) {
		struct caller *notifier = door->notifier;

		door->notifier = NULL;
		caller_disconnect(notifier); // which calls this function again
	} else if (door->active == 0 && door->callers == 0) {
		free_door(door);
	}
}

// The mailbox of `pool` was full, and may have room now: tries again to send
// the notices that could not be sent.
void
retry_notices(const struct pool *pool)
{
	for (struct door *door = doors; door != NULL; door = door->next) {
		if (door->pool == pool && door->unref_pending)
			unref_check(door);
	}
}

// Callers that waited may be accepted now.
void
endpoints_resume(void)
{
	for (struct door *door = doors; door != NULL; door = door->next) {
		struct endpoint *endpoint = door->endpoints;

		for (; endpoint != NULL; endpoint = endpoint->next) {
			if (!endpoint->paused || endpoint->listener == -1)
				continue;
			endpoint->paused = false;
			(void)events_watch(endpoint->listener, EPOLLIN,
					   ON_LISTENER, endpoint);
		}
	}
}

// The child's descriptor of a door that counts its references becomes a read
// end, which is counted.
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

// The child has no doors of its own. It may call its parent's by the
// descriptors that it has inherited.
void
registry_after_fork(void)
{
	struct door *door;

	while ((door = doors) != NULL) {
		struct endpoint *endpoint;

		doors = door->next;
		while ((endpoint = door->endpoints) != NULL) {
			door->endpoints = endpoint->next;
			if (endpoint->reader == -1 &&
			    own_fd_is_open(door, endpoint) &&
			    (door->attributes &
			     (DOOR_UNREF | DOOR_UNREF_MULTI)))
				become_reader(door);
			endpoint_close(endpoint);
		}
		free(door);
	}
}
