/*
 * The caller's side: connections to the doors of other processes, and to our
 * own. Each call has a connection for itself. It is kept when the call is over,
 * so that only the first call has to connect.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "library.h"

// How many idle connections are kept, to all doors together: more than a
// program has threads that call at once. When there are more, all are closed:
// most are to doors that are no longer used.
#define IDLE_MAX 256

static pthread_mutex_t connections_lock = PTHREAD_MUTEX_INITIALIZER;
static struct remote_door *remote_doors;
static struct connection *open_connections; // a child of fork closes them
static unsigned n_idle;

static struct remote_door *
remote_door_find(struct file_id file)
{
	struct remote_door *door = remote_doors;

	while (door != NULL && !same_file(door->file, file))
		door = door->next;
	return door;
}

static void
remote_door_release(struct remote_door *door)
{
	struct remote_door **link = &remote_doors;

	if (--door->users > 0)
		return;
	while (*link != door)
		link = &(*link)->next;
	*link = door->next;
	if (door->status != NULL)
		status_unmap(door->status);
	close(door->mailbox);
	free(door);
}

static void
close_locked(struct connection *connection)
{
	struct connection **link = &open_connections;

	while (*link != connection)
		link = &(*link)->next_open;
	*link = connection->next_open;
	close(connection->sock);
	if (connection->door != NULL)
		remote_door_release(connection->door);
	free(connection);
}

void
connection_close(struct connection *connection)
{
	int problem = errno;

	pthread_mutex_lock(&connections_lock);
	close_locked(connection);
	pthread_mutex_unlock(&connections_lock);
	errno = problem;
}

static void
close_idle(struct remote_door *door)
{
	struct connection *connection;

	while ((connection = door->idle) != NULL) {
		door->idle = connection->next;
		n_idle--;
		close_locked(connection); // the last one frees `door`
		if (door->users == 0)
			return;
	}
}

bool
connection_is_new(const struct connection *connection)
{
	return connection->fresh;
}

// Keeps a connection for the next call, or closes it if it cannot be used
// again.
void
connection_put(void *used)
{
	struct connection *connection = used;

	if (!connection->reusable) {
		connection_close(connection);
		return;
	}
	pthread_mutex_lock(&connections_lock);
	connection->fresh = false;
	connection->next = connection->door->idle;
	connection->door->idle = connection;
	if (++n_idle > IDLE_MAX) {
		struct remote_door *door, *next;

		for (door = remote_doors; door != NULL; door = next) {
			next = door->next;
			door->users++; // it is not freed while we use it
			close_idle(door);
			remote_door_release(door);
		}
	}
	pthread_mutex_unlock(&connections_lock);
}

// Is the server of this connection alive, as far as can be seen?
bool
connection_alive(const struct connection *connection)
{
	struct pollfd fd = { .fd = connection->sock, .events = POLLIN };

	return poll(&fd, 1, 0) == 0;
}

// The socket is made and listed under the lock. Otherwise a fork in between
// would leave an unlisted copy in the child, and the server would not see our
// end.
static struct connection *
connection_new(void)
{
	struct connection *connection = calloc(1, sizeof(*connection));

	if (connection == NULL)
		return NULL;
	pthread_mutex_lock(&connections_lock);
	connection->sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (connection->sock != -1) {
		connection->next_open = open_connections;
		open_connections = connection;
	}
	pthread_mutex_unlock(&connections_lock);
	if (connection->sock == -1) {
		free(connection);
		return NULL;
	}
	return connection;
}

// The remote door for a new connection, found or added. It takes fds[MAILBOX],
// or closes it. Called with connections_lock.
static struct remote_door *
remote_door_add(const struct identity *who, const struct handshake *handshake)
{
	struct remote_door *door = remote_door_find(who->file);

	if (door != NULL && door->about.id == handshake->welcome.id &&
	    door->target == handshake->server) {
		door->users++;
		close(handshake->fds[MAILBOX]);
		return door;
	}
	if (door != NULL) {
		// A door that is dead by now had the same inode.
		door->file.ino = 0;
		door->users++;
		close_idle(door);
		remote_door_release(door);
	}
	door = calloc(1, sizeof(*door));
	if (door == NULL) {
		close(handshake->fds[MAILBOX]);
		return NULL;
	}
	door->users = 1;
	door->file = who->file;
	door->target = handshake->server;
	door->about = handshake->welcome;
	door->mailbox = handshake->fds[MAILBOX];
	door->next = remote_doors;
	remote_doors = door;
	door->status =
	    status_map(handshake->fds[STATUS_TABLE], handshake->welcome.slot);
	if (door->status == NULL) {
		remote_door_release(door);
		return NULL;
	}
	return door;
}

static struct connection *
connection_open(int fd, const struct identity *who)
{
	struct connection *connection = connection_new();
	struct handshake handshake;

	if (connection == NULL)
		return NULL;
	if (connect_to(connection->sock, fd, who, &handshake) == -1) {
		connection_close(connection);
		return NULL;
	}
	connection->euid = geteuid();
	connection->egid = getegid();
	connection->token = handshake.welcome.token;
	connection->fresh = connection->reusable = true;
	pthread_mutex_lock(&connections_lock);
	connection->door = remote_door_add(who, &handshake);
	pthread_mutex_unlock(&connections_lock);
	close(handshake.fds[STATUS_TABLE]);
	if (connection->door == NULL) {
		connection_close(connection);
		return NULL;
	}
	return connection;
}

/*
 * A connection to the door that `fd` refers to, for the calling thread alone,
 * until connection_put or connection_close. Returns NULL with errno: EBADF if
 * there is no such door, or it is dead; EINTR, EMFILE.
 */
struct connection *
connection_get(int fd)
{
	struct identity who;
	struct remote_door *door;
	struct connection *connection = NULL;

	if (identify(fd, &who) == -1)
		return NULL;
	pthread_mutex_lock(&connections_lock);
	door = remote_door_find(who.file);
	if (door != NULL && door->idle != NULL) {
		connection = door->idle;
		door->idle = connection->next;
		n_idle--;
	}
	pthread_mutex_unlock(&connections_lock);
	if (connection == NULL)
		return connection_open(fd, &who);
	if (geteuid() == connection->euid && getegid() == connection->egid)
		return connection;
	// The server has our old credentials. (A change of the real ids alone
	// is not noticed: that would take two more system calls.)
	connection_close(connection);
	return connection_open(fd, &who);
}

void
connections_before_fork(void)
{
	pthread_mutex_lock(&connections_lock);
}

// The child makes its own connections: these are the parent's.
void
connections_after_fork(bool child)
{
	if (child) {
		while (open_connections != NULL)
			close_locked(open_connections);
		n_idle = 0;
	}
	pthread_mutex_unlock(&connections_lock);
}
