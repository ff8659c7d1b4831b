/*
 * A guest is the server's end of a connection from a caller. It must show a
 * descriptor of the door before it may call: the name of the socket can be
 * guessed, but only who may open the door's file can have such a descriptor.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cred.h"

// The low bits of a token are the guest's place in its pool.
#define PLACE_BITS 24
#define PLACE_MASK ((UINT64_C(1) << PLACE_BITS) - 1)

// A guest of this pool: one that has left, or a new one. doors_lock is held, as
// in all that follows.
static struct guest *
find_free(struct pool *pool)
{
	struct guest **more;
	struct guest *guest;

	for (uint32_t i = 0; i < pool->n_guests; i++) {
		if (!pool->guests[i]->taken)
			return pool->guests[i];
	}
	if (pool->n_guests > PLACE_MASK) {
		errno = EMFILE;
		return NULL;
	}
	more = realloc(pool->guests,
		       (pool->n_guests + 1) * sizeof(struct guest *));
	if (more == NULL)
		return NULL;
	pool->guests = more;
	guest = calloc(1, sizeof(*guest));
	if (guest == NULL)
		return NULL;
	pthread_mutex_init(&guest->lock, NULL);
	guest->sock = -1;
	guest->pool = pool;
	guest->place = pool->n_guests;
	pool->guests[pool->n_guests++] = guest;
	return guest;
}

// Only who knows the token may call as this guest. Returns 0, or -1 with errno.
static int
make_token(struct guest *guest)
{
	uint64_t secret;

	if (getrandom(&secret, sizeof(secret), 0) != sizeof(secret))
		return -1;
	guest->token = (secret << PLACE_BITS) | guest->place;
	return 0;
}

/*
 * A guest of `door`, at the end `sock` of a connection, which becomes the
 * guest's; -1 for a bell. Returns NULL with errno if there can be none.
 */
struct guest *
guest_new(struct door *door, int sock)
{
	struct guest *guest = find_free(door->pool);
	int yes = 1;

	if (guest == NULL || make_token(guest) == -1)
		return NULL;
	guest->cred = NULL;
	if (sock != -1) {
		guest->cred = cred_new(sock);
		if (guest->cred == NULL)
			return NULL;
		(void)setsockopt(sock, SOL_SOCKET, SO_PASSCRED, &yes,
				 sizeof(yes));
	}
	pthread_mutex_lock(&guest->lock);
	guest->door = door;
	guest->sock = sock;
	guest->taken = true;
	guest->known = sock == -1 ? GREETINGS : 0;
	guest->busy = guest->gone = guest->cancelled = false;
	guest->held = 0;
	pthread_mutex_unlock(&guest->lock);
	door->guests++;
	return guest;
}

// Whose call is it? NULL if it is nobody's. The guest is busy from now on.
struct guest *
guest_called(struct pool *pool, uint64_t token)
{
	struct guest *guest = NULL;
	bool good;

	if ((token & PLACE_MASK) >= pool->n_guests)
		return NULL;
	guest = pool->guests[token & PLACE_MASK];
	pthread_mutex_lock(&guest->lock);
	good = guest->taken && guest->token == token && !guest->busy &&
	       !guest->gone && guest->known == GREETINGS;
	if (good) {
		guest->busy = true;
		guest->thread = pthread_self();
	}
	pthread_mutex_unlock(&guest->lock);
	return good ? guest : NULL;
}

// The connection ends. If a server thread is at work for it, the thread is told
// so, and the end is put off until it has finished: see call_ends.
void
guest_leave(struct guest *guest)
{
	struct door *door = guest->door;

	if (guest->sock != -1)
		reception_forget(guest->sock);
	pthread_mutex_lock(&guest->lock);
	guest->gone = true;
	if (guest->busy || guest->held > 0) {
		if (guest->sock != -1)
			(void)shutdown(guest->sock, SHUT_RDWR);
		if (guest->busy && guest->sock != -1 &&
		    !(door->attributes & DOOR_NO_CANCEL)) {
			guest->cancelled = true;
			pthread_cancel(guest->thread);
		}
		pthread_mutex_unlock(&guest->lock);
		return;
	}
	if (guest->sock != -1)
		close(guest->sock);
	guest->sock = -1;
	guest->taken = false;
	free(guest->cred);
	guest->cred = NULL;
	pthread_mutex_unlock(&guest->lock);
	door->guests--;
	if (guest->writer) {
		guest->writer = false;
		door->writers--;
		unref_check(door);
	}
	door_maybe_free(door);
}

// All guests of `door` are to go, except while a call is under way. Each hears
// that a call which it may have sent will not be done. The reception sees them
// out.
void
guests_dismiss(struct door *door)
{
	const struct pool *pool = door->pool;
	struct message no = { .head = { .kind = RESULT, .error = EBADF },
			      .memory = -1 };

	for (uint32_t i = 0; i < pool->n_guests; i++) {
		struct guest *guest = pool->guests[i];

		pthread_mutex_lock(&guest->lock);
		if (guest->sock != -1 && guest->door == door && !guest->busy) {
			guest->gone = true;
			(void)message_send(guest->sock, &no, MSG_DONTWAIT);
			(void)shutdown(guest->sock, SHUT_RDWR);
		}
		pthread_mutex_unlock(&guest->lock);
	}
}

// Tells the guest about its door, and gives it the board and a way to the
// mailbox. Returns 0, or -1 with errno.
static int
welcome(struct guest *guest)
{
	const struct door *door = guest->door;
	struct welcome about = { .proc = (door_ptr_t)(uintptr_t)door->proc,
				 .data = (door_ptr_t)(uintptr_t)door->cookie,
				 .id = door->id,
				 .token = guest->token,
				 .slot = door->slot };
	int fds[2] = { board_fd(), pool_mailbox(door->pool) };
	struct message m = { .head = { .kind = WELCOME, .size = sizeof(about) },
			     .data = (char *)&about,
			     .fds = fds,
			     .n_got = 2,
			     .memory = -1 };
	int result;

	if (fds[1] == -1)
		return -1;
	result = message_send(guest->sock, &m, MSG_DONTWAIT);
	close(fds[1]);
	return result;
}

// Is `fd`, which the guest has sent, a descriptor of its door? One made with
// O_PATH is not: anybody may have that. A write end has come to it by other ways
// than a door, and is not counted as a reader: the guest counts instead.
static bool
is_key(struct guest *guest, int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags == -1 || (flags & O_PATH) || door_of(fd) != guest->door)
		return false;
	if ((flags & O_ACCMODE) == O_WRONLY && guest->cred->pid != getpid()) {
		guest->writer = true;
		guest->door->writers++;
	}
	return true;
}

// Receives the HELLO. Returns 1, or 0 if it is not good, or -1 with errno.
static int
receive_hello(struct guest *guest)
{
	char data[INLINE_MAX];
	struct message m = { .data = data, .memory = -1 };
	int got =
	    message_receive(guest->sock, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (got == 1 &&
	    (m.head.kind != HELLO || m.n_got != 1 || !is_key(guest, m.fds[0])))
		got = 0;
	message_drop(&m);
	return got;
}

// The next of the GREETINGS is here.
void
guest_greet(struct guest *guest)
{
	int no = 0;
	int got;

	if (guest->known + 1 < GREETINGS)
		got = cred_receive(guest->sock, guest->cred, guest->known == 1);
	else
		got = receive_hello(guest);
	if (got == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got != 1 || guest->door->revoked) {
		guest_leave(guest);
		return;
	}
	if (guest->known + 1 < GREETINGS) {
		guest->known++;
		return;
	}
	(void)setsockopt(guest->sock, SOL_SOCKET, SO_PASSCRED, &no, sizeof(no));
	pthread_mutex_lock(&guest->lock);
	guest->known = GREETINGS;
	pthread_mutex_unlock(&guest->lock);
	// What it says from now on, but for its leaving, the pool hears.
	if (reception_watch(guest->sock, EPOLLRDHUP, AT_GUEST, guest) == -1 ||
	    welcome(guest) == -1)
		guest_leave(guest);
}

/*
 * Sends the unreferenced notice to the server threads. It comes to them as a
 * call does, from a guest of our own. Returns 0, or -1 with errno, EAGAIN if
 * the mailbox is full.
 */
int
guest_ring(struct door *door)
{
	struct message notice = { .head = { .kind = CALL }, .memory = -1 };
	int result, sock;

	if (door->bell == NULL)
		door->bell = guest_new(door, -1);
	if (door->bell == NULL)
		return -1;
	sock = pool_mailbox(door->pool);
	if (sock == -1)
		return -1;
	notice.head.token = door->bell->token;
	result = message_send(sock, &notice, MSG_DONTWAIT);
	close(sock);
	return result;
}
