/*
 * The doors of this process: door_create, door_revoke.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "library.h"

static bool pool_started; // the thread creator was called for the common pool

// Makes the pipe of `door`, and its descriptor. Returns that, or -1 with errno.
static int
open_pipe(struct door *door)
{
	bool counted = door->attributes & (DOOR_UNREF | DOOR_UNREF_MULTI);
	struct identity who;
	int ends[2], problem;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return -1;
	ends[1] = own(ends[1]);
	if (identify(ends[0], &who) == -1)
		goto fail;
	door->id = who.file.ino;
	if (counted) {
		// The program gets a write end, which is not counted.
		close(ends[0]);
		ends[0] = fcntl(ends[1], F_DUPFD_CLOEXEC, 0);
		if (ends[0] == -1) {
			own_close(ends[1]);
			return -1;
		}
	}
	door->fd = ends[0];
	if (endpoint_open(door, ends[1], -1) == NULL)
		goto fail;
	return door->fd;
fail:
	problem = errno;
	close(ends[0]);
	own_close(ends[1]);
	errno = problem;
	return -1;
}

static void
status_init(const struct door *door)
{
	struct door_status *status = door->status;

	atomic_store(&status->attributes, door->attributes);
	atomic_store(&status->desc_max,
		     door->attributes & DOOR_REFUSE_DESC ? 0 : INT_MAX);
	atomic_store(&status->data_max, SIZE_MAX);
	atomic_store(&status->data_min, 0);
	atomic_store(&status->id, door->id);
}

// Makes the door, with doors_lock. Returns it, or NULL with errno.
static struct door *
make_door(door_server_procedure_t *proc, void *cookie, uint_t attributes,
	  struct creation *creation)
{
	struct door *door;
	int problem;

	if (events_start() == -1)
		return NULL;
	door = calloc(1, sizeof(*door));
	if (door == NULL)
		return NULL;
	door->proc = proc;
	door->cookie = cookie;
	door->attributes = attributes;
	door->pool = attributes & DOOR_PRIVATE ? pool_new(door) : pool_common();
	if (door->pool == NULL)
		goto no_pool;
	if (creation != NULL)
		door->pool->creation = creation;
	door->status = status_alloc(&door->slot);
	if (door->status == NULL)
		goto no_status;
	registry_add(door);
	if (open_pipe(door) != -1) {
		status_init(door);
		if (attributes & DOOR_PRIVATE)
			pool_fill_info(door->pool);
		return door;
	}
	problem = errno;
	registry_remove(door);
	status_free(door->status);
	errno = problem;
no_status:
	if (door->pool->door == door) {
		door->pool->door = NULL;
		door->pool->creation = NULL; // the caller's
		pool_release(door->pool);
	}
no_pool:
	free(door);
	return NULL;
}

// May a door be made with these attributes?
static bool
is_valid(uint_t attributes, bool has_creation)
{
	uint_t all = DOOR_CREATE_MASK;

	if (has_creation)
		all |= DOOR_PRIVCREATE | DOOR_NO_DEPLETION_CB;
	return !(attributes & ~all) &&
	       !((attributes & DOOR_UNREF) && (attributes & DOOR_UNREF_MULTI));
}

// The next door that is not private has a thread made.
static void
create_again(void)
{
	pthread_mutex_lock(&doors_lock);
	pool_started = false;
	pthread_mutex_unlock(&doors_lock);
}

/*
 * Makes a door. With a `creation`, which the door takes over, it has no threads
 * yet, and *pool is held: see pool_unhold. Returns its descriptor, or -1 with
 * errno.
 */
int
door_make(door_server_procedure_t *proc, void *cookie, uint_t attributes,
	  struct creation *creation, struct pool **pool)
{
	struct door *door;
	bool private = attributes & DOOR_PRIVATE;
	bool first = false;
	int fd = -1, problem = 0;

	if (!is_valid(attributes, creation != NULL)) {
		errno = EINVAL;
		return -1;
	}
	fork_prepare_once();
	pthread_mutex_lock(&doors_lock);
	door = make_door(proc, cookie, attributes, creation);
	if (door != NULL) {
		fd = door->fd;
		first = !private && !pool_started;
		pool_started = pool_started || first;
		*pool = door->pool;
		door->pool->bound++;
	}
	pthread_mutex_unlock(&doors_lock);
	// The first thread of the pool. That of a private door may bind itself
	// to it at once, so the door must be complete by now.
	if (fd != -1 && creation == NULL) {
		if (first || private)
			problem = pool_grow(*pool, AT_FIRST);
		pool_unhold(*pool);
	}
	// Nobody would ever serve the calls. (A private door may still get
	// threads that the program binds to it.)
	if (first && problem != 0) {
		(void)door_revoke(fd);
		create_again();
		errno = problem;
		return -1;
	}
	return fd;
}

/*
 * Makes a door, and the first thread of its pool; see door_create(3C). Returns
 * its descriptor, or -1 with errno: EINVAL, EMFILE, ENOMEM; EAGAIN if the default
 * thread creator cannot make that thread.
 */
int
door_create(door_server_procedure_t *proc, void *cookie, uint_t attributes)
{
	struct pool *pool;

	return door_make(proc, cookie, attributes, NULL, &pool);
}

/*
 * From now on this door cannot be called, and its descriptor is closed. Calls
 * under way are completed. Returns 0, or -1 with errno: EBADF, or EPERM if it
 * is not a door of this process.
 */
int
door_revoke(int fd)
{
	struct door *door;
	struct connection *connection;

	pthread_mutex_lock(&doors_lock);
	door = door_by_fd(fd);
	if (door != NULL && !door->revoked) {
		door->revoked = true;
		atomic_fetch_or(&door->status->attributes, DOOR_REVOKED);
		for (struct endpoint *endpoint = door->endpoints;
		     endpoint != NULL; endpoint = endpoint->next) {
			identity_mark(endpoint->writer,
				      door->attributes | DOOR_REVOKED,
				      door->id);
			endpoint_stop_listening(endpoint);
		}
		callers_disconnect(door);
		if (door->pool->door == door)
			pool_close(door->pool);
		close(fd);
		door_maybe_free(door);
	}
	pthread_mutex_unlock(&doors_lock);
	if (door != NULL)
		return 0;
	connection = connection_get(fd); // another process's?
	if (connection == NULL)
		return -1;
	connection_put(connection);
	errno = EPERM;
	return -1;
}

// The first door of the child gets a thread again.
void
create_after_fork(void)
{
	pool_started = false;
}
