/*
 * The endpoints of a door: the pipe that door_create makes, and the FIFO of
 * each fattach. Nothing is ever written to them. Their read ends are the
 * descriptors of the door, and the kernel counts those: when the last one is
 * closed, in whatever process, poll(2) reports POLLERR at the write end. This
 * is how a server learns that its door is unreferenced.
 *
 * The server's own descriptor must not count. So the descriptor of a door that
 * asks for the unreferenced notice is a write end, and what the server passes
 * to others is a read end of the same pipe: see fd_to_send.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "library.h"

#define BACKLOG 4096 // the kernel limits it to net.core.somaxconn

static bool
counts_references(const struct door *door)
{
	return door->attributes & (DOOR_UNREF | DOOR_UNREF_MULTI);
}

bool
endpoint_has_readers(const struct endpoint *endpoint)
{
	struct pollfd fd = { .fd = endpoint->writer, .events = POLLOUT };

	return poll(&fd, 1, 0) != 1 || !(fd.revents & POLLERR);
}

static int
listen_at(struct file_id file)
{
	struct sockaddr_un address;
	socklen_t length = socket_address(file, &address);
	int sock = own(
	    socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));

	if (sock == -1)
		return -1;
	if (bind(sock, (struct sockaddr *)&address, length) == -1 ||
	    listen(sock, BACKLOG) == -1) {
		own_close(sock);
		return -1;
	}
	return sock;
}

/*
 * A descriptor that reports EPOLLIN each time the last reader has gone, but not
 * because there was none yet: an epoll instance that watches the write end,
 * edge triggered, and whose first report is discarded. Returns -1 with errno on
 * failure.
 */
static int
watch_readers(int writer)
{
	struct epoll_event event = { .events = EPOLLERR | EPOLLET };
	int watch = own(epoll_create1(EPOLL_CLOEXEC));

	if (watch == -1)
		return -1;
	if (epoll_ctl(watch, EPOLL_CTL_ADD, writer, &event) == -1 ||
	    epoll_wait(watch, &event, 1, 0) == -1) {
		own_close(watch);
		return -1;
	}
	return watch;
}

/*
 * Makes an endpoint of `door` from the two ends of a pipe or FIFO. `reader` may
 * be -1. The endpoint takes over both, and closes them in the end; not if this
 * returns NULL with errno. doors_lock is held here and in all that follows.
 */
struct endpoint *
endpoint_open(struct door *door, int writer, int reader)
{
	struct endpoint *endpoint = calloc(1, sizeof(*endpoint));
	struct identity who;

	if (endpoint == NULL || identify(writer, &who) == -1) {
		free(endpoint);
		return NULL;
	}
	*endpoint = (struct endpoint){ .door = door,
				       .file = who.file,
				       .writer = writer,
				       .reader = reader,
				       .watch = watch_readers(writer),
				       .listener = listen_at(who.file),
				       .helper = -1 };
	if (endpoint->watch == -1 || endpoint->listener == -1 ||
	    events_watch(endpoint->watch, EPOLLIN, ON_ENDPOINT, endpoint) ==
		-1 ||
	    events_watch(endpoint->listener, EPOLLIN, ON_LISTENER, endpoint) ==
		-1) {
		int problem = errno;

		endpoint->writer = endpoint->reader = -1;
		endpoint_stop_listening(endpoint);
		endpoint_close(endpoint);
		errno = problem;
		return NULL;
	}
	identity_mark(writer, door->attributes, door->id);
	endpoint->next = door->endpoints;
	door->endpoints = endpoint;
	return endpoint;
}

// No new connections are accepted.
void
endpoint_stop_listening(struct endpoint *endpoint)
{
	if (endpoint->listener == -1)
		return;
	events_unwatch(endpoint->listener);
	own_close(endpoint->listener);
	endpoint->listener = -1;
}

// Frees an endpoint that is not, or no longer, in its door's list.
void
endpoint_close(struct endpoint *endpoint)
{
	endpoint_stop_listening(endpoint);
	if (endpoint->watch != -1)
		events_unwatch(endpoint->watch);
	own_close(endpoint->watch);
	own_close(endpoint->writer);
	own_close(endpoint->reader);
	free(endpoint->path);
	free(endpoint);
}

// The endpoint is no longer at a path. Processes that have it open may still
// call.
void
endpoint_detach(struct endpoint *endpoint)
{
	free(endpoint->path);
	endpoint->path = NULL;
	own_close(endpoint->reader);
	endpoint->reader = -1;
	door_maybe_free(endpoint->door);
}

static bool
has_readers(const struct door *door)
{
	const struct endpoint *endpoint = door->endpoints;

	while (endpoint != NULL && !endpoint_has_readers(endpoint))
		endpoint = endpoint->next;
	return endpoint != NULL;
}

// Does no descriptor but the server's own refer to the door? Known only of
// doors that count their references.
bool
unreferenced(const struct door *door)
{
	return counts_references(door) && door->writers == 0 &&
	       !has_readers(door);
}

/*
 * Sends the unreferenced notice if it is due. Called when the last reader of an
 * endpoint has gone, and when a call has ended that delayed the notice.
 */
void
unref_check(struct door *door)
{
	door->unref_pending =
	    unreferenced(door) && !door->revoked && !door->unref_done;
	if (!door->unref_pending || door->active > 0 || door->unref_sent)
		return;
	if (send_unref_notice(door) == -1) {
		// Tried again when a call has ended.
		atomic_store(&door->pool->notices_pending, true);
		return;
	}
	door->unref_sent = true;
	door->unref_pending = false;
	door->unref_done = !(door->attributes & DOOR_UNREF_MULTI);
}

// An event at endpoint->watch.
void
endpoint_readers_gone(struct endpoint *endpoint)
{
	struct epoll_event event;

	if (epoll_wait(endpoint->watch, &event, 1, 0) != 1)
		return;
	unref_check(endpoint->door);
	door_maybe_free(endpoint->door);
}

/*
 * Which descriptor to send so that another process gets a duplicate of `fd`.
 * Usually `fd` itself. For a door of this process that counts its references it
 * is a new read end, which the caller of this function closes. Called without
 * doors_lock.
 */
int
fd_to_send(int fd)
{
	struct door *door;
	char path[64];
	int reader = -1;

	pthread_mutex_lock(&doors_lock);
	door = door_by_fd(fd);
	if (door != NULL && counts_references(door)) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	}
	pthread_mutex_unlock(&doors_lock);
	return reader == -1 ? fd : reader;
}
