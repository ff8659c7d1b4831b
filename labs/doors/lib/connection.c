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
#include <time.h>
#include <unistd.h>

#include "library.h"

// How many idle connections are kept, to all doors together: more than a
// program has threads that call at once. When there are more, all are closed:
// most are to doors that are no longer used.
#define IDLE_MAX 256

// Calls that follow each other so fast (microseconds) need not look whether the
// server has died meanwhile, or our descriptors were closed, which takes system
// calls: no process ends so fast, and a call over closed descriptors fails
// before anything is lost.
#define AT_ONCE 20

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
	own_close_file(door->mailbox, door->mailbox_file);
	free(door);
}

// Gives up what leads to the server. The connection itself remains.
static void
hang_up(struct connection *connection)
{
	own_close_file(connection->sock, connection->file);
	connection->sock = -1;
	arguments_forget(connection);
	if (connection->door != NULL)
		remote_door_release(connection->door);
	connection->door = NULL;
}

static void
close_locked(struct connection *connection)
{
	struct connection **link = &open_connections;

	while (*link != connection)
		link = &(*link)->next_open;
	*link = connection->next_open;
	hang_up(connection);
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

// `door` has another user, and stays.
static void
close_idle(struct remote_door *door)
{
	struct connection *connection;

	while ((connection = door->idle) != NULL) {
		door->idle = connection->next;
		n_idle--;
		close_locked(connection);
	}
}

// The descriptors of idle connections are wanted for something else.
static void
close_all_idle(void)
{
	struct remote_door *door, *next;

	for (door = remote_doors; door != NULL; door = next) {
		door->users++; // it is not freed while we use it
		close_idle(door);
		next = door->next;
		remote_door_release(door);
	}
}

bool
connection_is_new(const struct connection *connection)
{
	return connection->fresh;
}

static int64_t
microseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

// Keeps a connection for the next call, or closes it if it cannot be used
// again.
void
connection_put(void *used)
{
	struct connection *connection = used;

	if (!connection->reusable || arguments_too_many(connection)) {
		connection_close(connection);
		return;
	}
	pthread_mutex_lock(&connections_lock);
	connection->fresh = false;
	connection->since = microseconds();
	connection->next = connection->door->idle;
	connection->door->idle = connection;
	if (++n_idle > IDLE_MAX)
		close_all_idle();
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
static int
make_socket(struct connection *connection)
{
	pthread_mutex_lock(&connections_lock);
	connection->sock =
	    own(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
	pthread_mutex_unlock(&connections_lock);
	connection->file = own_file(connection->sock);
	return connection->sock == -1 ? -1 : 0;
}

// No new connection is made to it: a door that is dead by now had the same
// inode, or its mailbox is no longer ours. Called with connections_lock.
static void
forget_door(struct remote_door *door)
{
	door->file.ino = 0;
	door->users++;
	close_idle(door);
	remote_door_release(door);
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
	if (door != NULL)
		forget_door(door);
	door = calloc(1, sizeof(*door));
	if (door == NULL) {
		close(handshake->fds[MAILBOX]);
		return NULL;
	}
	door->users = 1;
	door->file = who->file;
	door->target = handshake->server;
	door->about = handshake->welcome;
	door->mailbox = own(handshake->fds[MAILBOX]);
	door->mailbox_file = own_file(door->mailbox);
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

static int
try_to_connect(struct connection *connection, const struct identity *who)
{
	struct handshake handshake;

	ids_now(&connection->ids);
	if (make_socket(connection) == -1 ||
	    connect_to(connection->sock, connection->fd, who, &handshake) == -1)
		return -1;
	connection->token = handshake.welcome.token;
	pthread_mutex_lock(&connections_lock);
	connection->door = remote_door_add(who, &handshake);
	pthread_mutex_unlock(&connections_lock);
	close(handshake.fds[STATUS_TABLE]);
	connection->reusable = connection->door != NULL;
	return connection->reusable ? 0 : -1;
}

static void
hang_up_unlocked(struct connection *connection)
{
	int problem = errno;

	pthread_mutex_lock(&connections_lock);
	hang_up(connection);
	pthread_mutex_unlock(&connections_lock);
	errno = problem;
}

// Connects to the door connection->fd, which is `who`. Returns 0, or -1 with
// errno. When there are no descriptors left, those of idle connections are.
static int
connect_anew(struct connection *connection, const struct identity *who)
{
	connection->fresh = true;
	connection->reusable = false;
	if (try_to_connect(connection, who) == 0)
		return 0;
	hang_up_unlocked(connection);
	if (errno == EMFILE || errno == ENFILE) {
		pthread_mutex_lock(&connections_lock);
		close_all_idle();
		pthread_mutex_unlock(&connections_lock);
		if (try_to_connect(connection, who) == 0)
			return 0;
		hang_up_unlocked(connection);
	}
	return -1;
}

static struct connection *
connection_open(int fd, const struct identity *who)
{
	struct connection *connection = calloc(1, sizeof(*connection));

	if (connection == NULL)
		return NULL;
	connection->sock = -1;
	connection->fd = fd;
	pthread_mutex_lock(&connections_lock);
	connection->next_open = open_connections;
	open_connections = connection;
	pthread_mutex_unlock(&connections_lock);
	if (connect_anew(connection, who) == 0)
		return connection;
	connection_close(connection);
	return NULL;
}

/*
 * The server has let this connection go: makes it anew, to the same door.
 * Returns 0, or -1 with errno as connection_get.
 */
int
connection_renew(struct connection *connection)
{
	struct identity who;

	connection->reusable = false;
	hang_up_unlocked(connection);
	if (identify(connection->fd, &who) == -1)
		return -1;
	return connect_anew(connection, &who);
}

static bool
ids_are(const struct ids *ids)
{
	struct ids now;

	ids_now(&now);
	return memcmp(&now, ids, sizeof(now)) == 0;
}

// An idle connection to this door, or NULL.
static struct connection *
take_idle(struct file_id file)
{
	struct connection *connection = NULL;
	struct remote_door *door;

	pthread_mutex_lock(&connections_lock);
	door = remote_door_find(file);
	if (door != NULL && door->idle != NULL) {
		connection = door->idle;
		door->idle = connection->next;
		n_idle--;
	}
	pthread_mutex_unlock(&connections_lock);
	return connection;
}

// May an idle connection be used? Not if the program has closed our descriptors
// of it. Nor if the server has died since the last call: its mailbox may take a
// call all the same, if somebody has a copy of it just now (a child that has not
// executed its program yet, or who looks at /proc), and then nobody could say that
// the call was not done. Nor if the ids of the process have changed, since the
// server has our old ones. (The supplementary groups alone are not looked at.)
static bool
is_usable(const struct connection *connection)
{
	struct remote_door *door = connection->door;

	if (microseconds() - connection->since <= AT_ONCE)
		return ids_are(&connection->ids);
	if (!own_is(connection->sock, connection->file) ||
	    !connection_alive(connection))
		return false;
	if (!own_is(door->mailbox, door->mailbox_file)) {
		pthread_mutex_lock(&connections_lock);
		forget_door(door);
		pthread_mutex_unlock(&connections_lock);
		return false;
	}
	return ids_are(&connection->ids);
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
	struct connection *connection;

	fork_prepare_once();
	if (identify(fd, &who) == -1)
		return NULL;
	while ((connection = take_idle(who.file)) != NULL) {
		connection->fd = fd;
		if (is_usable(connection))
			return connection;
		connection_close(connection);
	}
	return connection_open(fd, &who);
}

void
connections_before_fork(void)
{
	pthread_mutex_lock(&connections_lock);
}

// The child makes its own connections: these are the parent's. One that is in
// use remains, without a socket: if a signal handler has forked in the middle
// of a call, the call will close it.
static void
abandon(void)
{
	struct connection *connection;
	struct remote_door *door;

	close_all_idle();
	for (connection = open_connections; connection != NULL;
	     connection = connection->next_open) {
		own_close_file(connection->sock, connection->file);
		connection->sock = -1;
		connection->reusable = false;
	}
	for (door = remote_doors; door != NULL; door = door->next) {
		own_close_file(door->mailbox, door->mailbox_file);
		door->mailbox = -1;
		door->file.ino = 0; // not found any more
	}
}

void
connections_after_fork(bool child)
{
	if (child)
		abandon();
	pthread_mutex_unlock(&connections_lock);
}
