/*
 * Entrances: the pipe that door_create makes, and the FIFO of each fattach.
 * Nothing is ever written to one. Its readers are the descriptors of the door,
 * and the kernel counts them: when the last one is closed, wherever it is, a
 * poll of the write end reports POLLERR. So a door knows that it is
 * unreferenced.
 *
 * The server's own descriptor must not count, so a door that asks for such a
 * notice has a write end as its descriptor. What is given to others is a read
 * end of the same pipe: it is "lent".
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

#include "doors.h"

#define BACKLOG 4096 // the kernel takes it down to net.core.somaxconn

static bool
counts(const struct door *door)
{
	return door->attributes & (DOOR_UNREF | DOOR_UNREF_MULTI);
}

bool
entrance_has_readers(const struct entrance *entrance)
{
	struct pollfd fd = { .fd = entrance->writer, .events = POLLOUT };

	return poll(&fd, 1, 0) != 1 || !(fd.revents & POLLERR);
}

static int
listen_at(struct key key)
{
	struct sockaddr_un address;
	socklen_t length = address_of(key, &address);
	int sock =
	    socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (sock == -1)
		return -1;
	if (bind(sock, (struct sockaddr *)&address, length) == -1 ||
	    listen(sock, BACKLOG) == -1) {
		int problem = errno;

		close(sock);
		errno = problem;
		return -1;
	}
	return sock;
}

/*
 * A descriptor that reports EPOLLIN each time when the last reader has gone,
 * and never because there was none: an epoll with the write end in it, edge
 * triggered, whose first report is thrown away.
 */
static int
watch_readers(int writer)
{
	struct epoll_event event = { .events = EPOLLERR | EPOLLET };
	int watch = epoll_create1(EPOLL_CLOEXEC);

	if (watch == -1)
		return -1;
	if (epoll_ctl(watch, EPOLL_CTL_ADD, writer, &event) == -1 ||
	    epoll_wait(watch, &event, 1, 0) == -1) {
		int problem = errno;

		close(watch);
		errno = problem;
		return -1;
	}
	return watch;
}

/*
 * Opens an entrance to `door`, with the write end `writer`, and `reader`, which
 * may be -1; both become the entrance's. Returns NULL with errno, and then they
 * do not. doors_lock is held, as in all that follows.
 */
struct entrance *
entrance_open(struct door *door, int writer, int reader)
{
	struct entrance *entrance = calloc(1, sizeof(*entrance));
	struct identity who;

	if (entrance == NULL || identify(writer, &who) == -1) {
		free(entrance);
		return NULL;
	}
	*entrance = (struct entrance){ .door = door,
				       .key = who.key,
				       .writer = writer,
				       .reader = reader,
				       .watch = watch_readers(writer),
				       .listener = listen_at(who.key),
				       .keeper = -1 };
	if (entrance->watch == -1 || entrance->listener == -1 ||
	    reception_watch(entrance->watch, EPOLLIN, AT_ENTRANCE, entrance) ==
		-1 ||
	    reception_watch(entrance->listener, EPOLLIN, AT_LISTENER,
			    entrance) == -1) {
		int problem = errno;

		entrance->writer = entrance->reader = -1;
		entrance_shut(entrance);
		entrance_close(entrance);
		errno = problem;
		return NULL;
	}
	identity_mark(writer, door->attributes, door->id);
	entrance->next = door->entrances;
	door->entrances = entrance;
	return entrance;
}

// Nobody enters here any more.
void
entrance_shut(struct entrance *entrance)
{
	if (entrance->listener == -1)
		return;
	reception_forget(entrance->listener);
	close(entrance->listener);
	entrance->listener = -1;
}

static void
close_if_open(int fd)
{
	if (fd != -1)
		close(fd);
}

// Ends an entrance that is out of its door's list, or never was in it.
void
entrance_close(struct entrance *entrance)
{
	entrance_shut(entrance);
	if (entrance->watch != -1)
		reception_forget(entrance->watch);
	close_if_open(entrance->watch);
	close_if_open(entrance->writer);
	close_if_open(entrance->reader);
	free(entrance->path);
	free(entrance);
}

// It is no longer at a path. Whoever has it open may still call.
void
entrance_detach(struct entrance *entrance)
{
	free(entrance->path);
	entrance->path = NULL;
	close_if_open(entrance->reader);
	entrance->reader = -1;
	door_maybe_free(entrance->door);
}

static bool
has_readers(const struct door *door)
{
	const struct entrance *entrance = door->entrances;

	while (entrance != NULL && !entrance_has_readers(entrance))
		entrance = entrance->next;
	return entrance != NULL;
}

// Does no descriptor but the server's own refer to it? Known only of doors that
// count.
bool
unreferenced(const struct door *door)
{
	return counts(door) && door->writers == 0 && !has_readers(door);
}

/*
 * Tells the server, if it wants to know, that no descriptor but its own refers
 * to `door` any more. Called when somebody has closed the last one at one
 * entrance, and when a call ends that has kept this news back.
 */
void
unref_check(struct door *door)
{
	door->unref_due =
	    unreferenced(door) && !door->revoked && !door->unref_told;
	if (!door->unref_due || door->active > 0 || door->unref_rung)
		return;
	if (guest_ring(door) == -1) {
		atomic_store(&door->pool->owing, true); // tried again later
		return;
	}
	door->unref_rung = true;
	door->unref_due = false;
	door->unref_told = !(door->attributes & DOOR_UNREF_MULTI);
}

// The reception has seen `entrance->watch` wake up.
void
entrance_left(struct entrance *entrance)
{
	struct epoll_event event;

	if (epoll_wait(entrance->watch, &event, 1, 0) != 1)
		return;
	unref_check(entrance->door);
	door_maybe_free(entrance->door);
}

/*
 * What to send to somebody who shall get a duplicate of `fd`. Usually `fd`
 * itself; a new descriptor, which the caller closes, for a door of ours whose
 * references are counted. doors_lock is not held.
 */
int
entrance_lend(int fd)
{
	struct door *door;
	char path[64];
	int lent = -1;

	pthread_mutex_lock(&doors_lock);
	door = door_of(fd);
	if (door != NULL && counts(door)) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		lent = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	}
	pthread_mutex_unlock(&doors_lock);
	return lent == -1 ? fd : lent;
}
