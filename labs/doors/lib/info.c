/*
 * Information about a door: door_info, door_getparam, door_setparam.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "library.h"

// A door of this process. doors_lock is held.
static void
local_info(const struct door *door, door_info_t *info)
{
	door_fill_info(door, info);
	if (unreferenced(door))
		info->di_attributes |= DOOR_IS_UNREF;
}

// A connection to the door, whose server is alive; NULL with errno EBADF if it
// is not.
static struct connection *
live_connection(int fd)
{
	struct connection *connection;

	while ((connection = connection_get(fd)) != NULL &&
	       !connection_alive(connection))
		connection_close(connection);
	return connection;
}

static int
remote_info(int fd, door_info_t *info)
{
	struct connection *connection = live_connection(fd);
	const struct remote_door *door;
	struct identity who;

	memset(info, 0, sizeof(*info));
	if (connection != NULL) {
		door = connection->door;
		info->di_target = door->target;
		info->di_proc = door->about.proc;
		info->di_data = door->about.data;
		info->di_attributes = atomic_load(&door->status->attributes);
		info->di_uniquifier = door->about.id;
		connection_put(connection);
		return 0;
	}
	if (errno != EBADF || identify(fd, &who) == -1)
		return -1;
	if (!who.marked) {
		errno = EBADF;
		return -1;
	}
	info->di_target = -1;
	info->di_attributes = who.attributes | DOOR_REVOKED;
	info->di_uniquifier = who.id;
	return 0;
}

/*
 * Fills in `info` about the door `fd`; DOOR_QUERY is the one that the calling
 * thread is bound to. Returns 0, or -1 with errno EBADF.
 */
int
door_info(int fd, door_info_t *info)
{
	struct door *door = NULL;

	pthread_mutex_lock(&doors_lock);
	if (fd != DOOR_QUERY)
		door = door_by_fd(fd);
	else if (server_thread_self()->bound != NULL)
		door = server_thread_self()->bound->door;
	if (door != NULL)
		local_info(door, info);
	pthread_mutex_unlock(&doors_lock);
	if (door != NULL)
		return 0;
	if (fd != DOOR_QUERY)
		return remote_info(fd, info);
	errno = EBADF;
	return -1;
}

static int
read_param(const struct door_status *status, int param, size_t *value)
{
	if (atomic_load(&status->attributes) & DOOR_REVOKED) {
		errno = EBADF;
		return -1;
	}
	switch (param) {
	case DOOR_PARAM_DESC_MAX:
		*value = atomic_load(&status->desc_max);
		return 0;
	case DOOR_PARAM_DATA_MAX:
		*value = atomic_load(&status->data_max);
		return 0;
	case DOOR_PARAM_DATA_MIN:
		*value = atomic_load(&status->data_min);
		return 0;
	}
	errno = EINVAL;
	return -1;
}

// Returns 0, or -1 with errno: EBADF, EINVAL for an unknown parameter.
int
door_getparam(int fd, int param, size_t *value)
{
	struct door *door;
	struct connection *connection;
	int result = 0;

	pthread_mutex_lock(&doors_lock);
	door = door_by_fd(fd);
	if (door != NULL)
		result = read_param(door->status, param, value);
	pthread_mutex_unlock(&doors_lock);
	if (door != NULL)
		return result;
	connection = live_connection(fd);
	if (connection == NULL)
		return -1;
	result = read_param(connection->door->status, param, value);
	connection_put(connection);
	return result;
}

// Returns 0 or an errno value. doors_lock is held.
static int
write_param(const struct door *door, int param, size_t value)
{
	struct door_status *status = door->status;

	if (door->revoked)
		return EBADF;
	switch (param) {
	case DOOR_PARAM_DESC_MAX:
		if (value > INT_MAX)
			return ERANGE;
		if (value > 0 && (door->attributes & DOOR_REFUSE_DESC))
			return ENOTSUP;
		atomic_store(&status->desc_max, (uint32_t)value);
		return 0;
	case DOOR_PARAM_DATA_MAX:
		if (value < atomic_load(&status->data_min))
			return EINVAL;
		atomic_store(&status->data_max, value);
		return 0;
	case DOOR_PARAM_DATA_MIN:
		if (value > atomic_load(&status->data_max))
			return EINVAL;
		atomic_store(&status->data_min, value);
		return 0;
	}
	return EINVAL;
}

/*
 * Returns 0, or -1 with errno: EBADF, EPERM if it is not a door of this
 * process, EINVAL, ERANGE, ENOTSUP.
 */
int
door_setparam(int fd, int param, size_t value)
{
	struct door *door;
	struct connection *connection;
	int problem = EPERM;

	pthread_mutex_lock(&doors_lock);
	door = door_by_fd(fd);
	if (door != NULL)
		problem = write_param(door, param, value);
	pthread_mutex_unlock(&doors_lock);
	if (door == NULL) {
		connection = connection_get(fd); // another process's?
		if (connection == NULL)
			return -1;
		connection_put(connection);
	}
	errno = problem;
	return problem == 0 ? 0 : -1;
}
