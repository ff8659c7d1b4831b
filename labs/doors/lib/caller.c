/*
 * The callers of a door, as the server sees them: one for each connection. A
 * caller must send a descriptor of the door before it may call. The name of the
 * socket can be guessed, but only processes that are allowed to open the door
 * can have such a descriptor.
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

// The low bits of a token are the caller's index in its pool.
#define INDEX_BITS 24
#define INDEX_MASK ((UINT64_C(1) << INDEX_BITS) - 1)

// How long a connection is kept that has not been used yet (ms).
#define TURN 1000

static unsigned connected;

// An unused struct caller of this pool, or a new one. NULL with errno on
// failure. doors_lock is held here and in all that follows.
static struct caller *
find_free(struct pool *pool)
{
	struct caller **more;
	struct caller *caller;

	for (uint32_t i = 0; i < pool->n_callers; i++) {
		if (!pool->callers[i]->in_use)
			return pool->callers[i];
	}
	if (pool->n_callers > INDEX_MASK) {
		errno = EMFILE;
		return NULL;
	}
	more = realloc(pool->callers,
		       (pool->n_callers + 1) * sizeof(struct caller *));
	if (more == NULL)
		return NULL;
	pool->callers = more;
	caller = calloc(1, sizeof(*caller));
	if (caller == NULL)
		return NULL;
	pthread_mutex_init(&caller->lock, NULL);
	pthread_cond_init(&caller->acked, NULL);
	caller->sock = -1;
	caller->pool = pool;
	caller->index = pool->n_callers;
	pool->callers[pool->n_callers++] = caller;
	return caller;
}

// A call with this token is from this caller. Returns 0, or -1 with errno.
static int
make_token(struct caller *caller)
{
	uint64_t secret;

	if (getrandom(&secret, sizeof(secret), 0) != sizeof(secret))
		return -1;
	caller->token = (secret << INDEX_BITS) | caller->index;
	return 0;
}

/*
 * A caller of `door`, connected by `sock`, which it takes over; -1 for the
 * door's own notifier. Returns NULL with errno on failure.
 */
struct caller *
caller_new(struct door *door, int sock)
{
	struct caller *caller = find_free(door->pool);
	int yes = 1;

	if (caller == NULL || make_token(caller) == -1)
		return NULL;
	caller->cred = NULL;
	if (sock != -1) {
		caller->cred = cred_new(sock);
		if (caller->cred == NULL)
			return NULL;
		(void)setsockopt(sock, SOL_SOCKET, SO_PASSCRED, &yes,
				 sizeof(yes));
	}
	pthread_mutex_lock(&caller->lock);
	caller->door = door;
	caller->sock = sock;
	caller->in_use = true;
	caller->handshakes = sock == -1 ? HANDSHAKE_MESSAGES : 0;
	caller->busy = caller->gone = caller->cancelled = caller->told = false;
	caller->waiting = 0;
	pthread_mutex_unlock(&caller->lock);
	door->callers++;
	connected += sock != -1;
	return caller;
}

/*
 * To be called before anything that belongs to a new call is received from the
 * caller's connection: the ACK of its last call comes before, and is for the
 * thread that waits for it.
 */
void
caller_await_ack_taken(struct caller *caller)
{
	pthread_mutex_lock(&caller->lock);
	while (caller->waiting > 0)
		pthread_cond_wait(&caller->acked, &caller->lock);
	pthread_mutex_unlock(&caller->lock);
}

// Who has called last?
static void
note_use(struct caller *caller)
{
	static uint64_t uses;

	caller->used = ++uses;
}

// The caller with this token, which is busy from now on. NULL if there is none.
struct caller *
caller_begin_call(struct pool *pool, uint64_t token)
{
	struct caller *caller = NULL;
	bool good;

	if ((token & INDEX_MASK) >= pool->n_callers)
		return NULL;
	caller = pool->callers[token & INDEX_MASK];
	pthread_mutex_lock(&caller->lock);
	good = caller->in_use && caller->token == token && !caller->busy &&
	       !caller->gone && caller->handshakes == HANDSHAKE_MESSAGES;
	if (good) {
		caller->busy = true;
		caller->thread = pthread_self();
		caller->called = true;
		note_use(caller);
	}
	pthread_mutex_unlock(&caller->lock);
	return good ? caller : NULL;
}

// The connection has ended. If a server thread is still serving a call from it,
// the thread is cancelled, and the caller freed when the call has ended: see
// call_ends.
void
caller_disconnect(struct caller *caller)
{
	struct door *door = caller->door;

	if (caller->sock != -1)
		events_unwatch(caller->sock);
	pthread_mutex_lock(&caller->lock);
	caller->gone = true;
	if (caller->busy || caller->waiting > 0) {
		if (caller->sock != -1)
			(void)shutdown(caller->sock, SHUT_RDWR);
		if (caller->busy && caller->sock != -1 &&
		    !(door->attributes & DOOR_NO_CANCEL)) {
			caller->cancelled = true;
			pthread_cancel(caller->thread);
		}
		pthread_mutex_unlock(&caller->lock);
		return;
	}
	connected -= caller->sock != -1;
	own_close(caller->sock);
	caller->sock = -1;
	arguments_unmap(caller);
	caller->in_use = false;
	free(caller->cred);
	caller->cred = NULL;
	pthread_mutex_unlock(&caller->lock);
	door->callers--;
	if (caller->has_writer) {
		caller->has_writer = false;
		door->writers--;
		unref_check(door);
	}
	door_maybe_free(door);
}

// Disconnects all callers of `door` that have no call under way. Each is sent
// EBADF first, for a call that it may have put into the mailbox. They are freed
// when the event thread sees their end.
void
callers_disconnect(struct door *door)
{
	const struct pool *pool = door->pool;
	struct message no = { .head = { .kind = RESULT, .error = EBADF },
			      .memory = -1 };

	for (uint32_t i = 0; i < pool->n_callers; i++) {
		struct caller *caller = pool->callers[i];

		pthread_mutex_lock(&caller->lock);
		if (caller->sock != -1 && caller->door == door &&
		    !caller->busy) {
			caller->gone = true;
			(void)message_send(caller->sock, &no, MSG_DONTWAIT);
			(void)shutdown(caller->sock, SHUT_RDWR);
		}
		pthread_mutex_unlock(&caller->lock);
	}
}

// Says that the connection is let go. Returns whether it may be closed: not if
// a call has been announced meanwhile. See connection_announce.
static bool
say_let_go(const struct caller *caller)
{
	struct message let_go = { .head = { .kind = LET_GO }, .memory = -1 };
	char byte;

	return message_send(caller->sock, &let_go, MSG_DONTWAIT) == 0 &&
	       recv(caller->sock, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0;
}

// How many callers are connected.
unsigned
callers_connected(void)
{
	return connected;
}

static bool
is_idle(const struct caller *caller)
{
	return caller->sock != -1 && !caller->busy && caller->waiting == 0 &&
	       !caller->gone && !caller->told &&
	       caller->handshakes == HANDSHAKE_MESSAGES;
}

// A caller that has connected may make at least one call; otherwise many callers
// would only take the connections from each other. But not all of them do call.
static bool
has_had_its_turn(const struct caller *caller)
{
	return caller->called || milliseconds() - caller->since > TURN;
}

// The idle caller that has not called for longest, or NULL.
static struct caller *
longest_idle(void)
{
	struct caller *longest = NULL;

	for (const struct pool *pool = pool_next(NULL); pool != NULL;
	     pool = pool_next(pool)) {
		for (uint32_t i = 0; i < pool->n_callers; i++) {
			struct caller *caller = pool->callers[i];

			pthread_mutex_lock(&caller->lock);
			if (is_idle(caller) && has_had_its_turn(caller) &&
			    (longest == NULL || caller->used < longest->used))
				longest = caller;
			pthread_mutex_unlock(&caller->lock);
		}
	}
	return longest;
}

/*
 * A descriptor is wanted: closes the connection of the caller that has been
 * idle for longest. It will connect anew when it calls. Returns whether there
 * was one. Calls begin with doors_lock only, so it stays idle meanwhile.
 */
bool
callers_let_go(void)
{
	struct caller *caller;

	while ((caller = longest_idle()) != NULL) {
		bool closed;

		pthread_mutex_lock(&caller->lock);
		closed = say_let_go(caller);
		caller->told = true;
		pthread_mutex_unlock(&caller->lock);
		if (closed) {
			caller_disconnect(caller);
			return true;
		}
	}
	return false;
}

// Sends WELCOME: a description of the door, the status table and a socket to
// the mailbox. Returns 0, or -1 with errno.
static int
send_welcome(struct caller *caller)
{
	const struct door *door = caller->door;
	struct welcome about = { .proc = (door_ptr_t)(uintptr_t)door->proc,
				 .data = (door_ptr_t)(uintptr_t)door->cookie,
				 .id = door->id,
				 .token = caller->token,
				 .slot = door->slot };
	int fds[2] = { status_fd(), pool_mailbox(door->pool) };
	struct message m = { .head = { .kind = WELCOME, .size = sizeof(about) },
			     .data = (char *)&about,
			     .fds = fds,
			     .n_got = 2,
			     .memory = -1 };
	int result;

	if (fds[1] == -1)
		return -1;
	result = message_send(caller->sock, &m, MSG_DONTWAIT);
	close(fds[1]);
	return result;
}

// Is `fd`, which the caller has sent, a descriptor of its door? One opened with
// O_PATH is not enough: that takes no permission. A write end, which the caller
// got by other ways than through a door, is not counted as a reader; so the
// caller is counted in its place.
static bool
proves_access(struct caller *caller, int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags == -1 || (flags & O_PATH) || door_by_fd(fd) != caller->door)
		return false;
	if ((flags & O_ACCMODE) == O_WRONLY && caller->cred->pid != getpid()) {
		caller->has_writer = true;
		caller->door->writers++;
	}
	return true;
}

// Receives the HELLO. Returns 1, or 0 if it is not good, or -1 with errno.
static int
receive_hello(struct caller *caller)
{
	char data[INLINE_MAX];
	struct message m = { .data = data, .memory = -1 };
	int got =
	    message_receive(caller->sock, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (got == 1 && m.lost) {
		got = -1;
		errno = EMFILE;
	} else if (got == 1 && (m.head.kind != HELLO || m.n_got != 1 ||
				!proves_access(caller, m.fds[0]))) {
		got = 0;
	}
	message_drop(&m);
	return got;
}

// The handshake has failed. The caller is told so if it may try again: if this
// process can have no more descriptors. Otherwise there is no such door for it.
static void
turn_away(struct caller *caller, int problem)
{
	struct message no = { .head = { .kind = RESULT, .error = EMFILE },
			      .memory = -1 };

	if (problem == EMFILE || problem == ENFILE)
		(void)message_send(caller->sock, &no, MSG_DONTWAIT);
	caller_disconnect(caller);
}

// The next message of the handshake has arrived.
void
caller_handshake(struct caller *caller)
{
	int no = 0;
	int got;

	if (caller->handshakes + 1 < HANDSHAKE_MESSAGES)
		got = cred_receive(caller->sock, caller->cred,
				   caller->handshakes == 1);
	else
		got = receive_hello(caller);
	if (got == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got != 1 || caller->door->revoked) {
		turn_away(caller, got == -1 ? errno : 0);
		return;
	}
	if (caller->handshakes + 1 < HANDSHAKE_MESSAGES) {
		caller->handshakes++;
		return;
	}
	(void)setsockopt(caller->sock, SOL_SOCKET, SO_PASSCRED, &no,
			 sizeof(no));
	pthread_mutex_lock(&caller->lock);
	caller->handshakes = HANDSHAKE_MESSAGES;
	caller->called = false;
	caller->since = milliseconds();
	note_use(caller);
	pthread_mutex_unlock(&caller->lock);
	// From now on only its end concerns us: the server threads receive its
	// other messages.
	if (events_watch(caller->sock, EPOLLRDHUP, ON_CALLER, caller) == -1 ||
	    send_welcome(caller) == -1)
		turn_away(caller, errno);
}

void
callers_after_fork(void)
{
	connected = 0;
}

/*
 * Sends the unreferenced notice to the server threads. It comes to them as a
 * call does, from a caller of our own. Returns 0, or -1 with errno, EAGAIN if
 * the mailbox is full.
 */
int
send_unref_notice(struct door *door)
{
	struct message notice = { .head = { .kind = CALL }, .memory = -1 };
	int result, sock;

	if (door->notifier == NULL)
		door->notifier = caller_new(door, -1);
	if (door->notifier == NULL)
		return -1;
	sock = pool_mailbox(door->pool);
	if (sock == -1)
		return -1;
	notice.head.token = door->notifier->token;
	result = message_send(sock, &notice, MSG_DONTWAIT);
	close(sock);
	return result;
}
