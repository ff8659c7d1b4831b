/*
 * The end of a call: its results are sent to the caller.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "library.h"

// How long to wait for an ACK. It comes at once unless the caller is stopped,
// and then the server thread must not wait for it for ever.
#define ACK_SECONDS 10

// The call is over. `gone`: its caller has disconnected.
static void
call_ends(struct server_thread *self, bool gone)
{
	struct door *door = self->door;

	pthread_mutex_lock(&doors_lock);
	if (gone)
		caller_disconnect(self->caller);
	door->active--;
	if (door->unref_pending && door->active == 0)
		unref_check(door);
	if (atomic_exchange(&door->pool->notices_pending, false))
		retry_notices(door->pool);
	if (door->revoked)
		callers_disconnect(door);
	if (door->revoked || door->endpoints == NULL || (self->flags & NOTICE))
		door_maybe_free(door);
	pthread_mutex_unlock(&doors_lock);
	self->caller = NULL;
	self->door = NULL;
}

// Does this errno value of a send say that the caller is gone, and not that
// what was sent is wrong? If it should wait all the same, it gets EINTR.
static bool
is_dead(const struct caller *caller, int problem)
{
	if (problem != EPIPE && problem != ECONNRESET && problem != EAGAIN)
		return false;
	(void)shutdown(caller->sock, SHUT_RDWR);
	return true;
}

/*
 * Sends `m`, which has no descriptors, and ends the call. Returns 0; or -1 with
 * errno, and then the call is still open. Nothing is sent to a caller that is
 * gone, or for an unreferenced notice.
 *
 * The caller is marked idle before the message is sent: its next call may reach
 * another thread at once.
 */
static int
send_plain(struct server_thread *self, struct message *m)
{
	struct caller *caller = self->caller;
	bool gone, cancelled, notice = self->flags & NOTICE;

	pthread_mutex_lock(&caller->lock);
	caller->busy = false;
	gone = caller->gone;
	cancelled = caller->cancelled;
	if (!gone && !notice &&
	    message_send(caller->sock, m, MSG_DONTWAIT) == -1 &&
	    !is_dead(caller, errno)) {
		caller->busy = true;
		pthread_mutex_unlock(&caller->lock);
		return -1;
	}
	arguments_done(); // before the next call of this caller begins
	pthread_mutex_unlock(&caller->lock);
	self->cancelled |= cancelled;
	call_ends(self, gone);
	return 0;
}

// Waits for the caller's ACK. Returns the errno value in it, or 0. A caller
// that sends none is disconnected.
static int
await_ack(const struct caller *caller)
{
	struct timeval limit = { .tv_sec = ACK_SECONDS };
	char data[INLINE_MAX];
	struct message m = { .data = data, .memory = -1 };
	int got;

	(void)setsockopt(caller->sock, SOL_SOCKET, SO_RCVTIMEO, &limit,
			 sizeof(limit));
	do
		got = message_receive(caller->sock, &m, 0);
	while (got == -1 && errno == EINTR);
	message_drop(&m);
	if (got == 1 && m.head.kind == ACK)
		return m.head.error;
	(void)shutdown(caller->sock, SHUT_RDWR);
	return 0;
}

/*
 * Sends `m`, which has descriptors or memory, and ends the call. Returns as
 * send_plain. The caller is marked idle before it can send its ACK, since its
 * next call may follow that at once; `waiting` keeps it from being freed
 * meanwhile.
 */
static int
send_acknowledged(struct server_thread *self, struct message *m,
		  const struct outgoing *outgoing)
{
	struct caller *caller = self->caller;
	int problem = 0;
	bool gone;

	pthread_mutex_lock(&caller->lock);
	caller->busy = false;
	if (outgoing_send(outgoing, caller->sock, m, MSG_DONTWAIT) == -1 &&
	    !is_dead(caller, errno)) {
		caller->busy = true;
		pthread_mutex_unlock(&caller->lock);
		return -1;
	}
	caller->waiting++;
	self->cancelled |= caller->cancelled;
	pthread_mutex_unlock(&caller->lock);
	problem = await_ack(caller);
	pthread_mutex_lock(&caller->lock);
	caller->waiting--;
	pthread_cond_broadcast(&caller->acked);
	gone = caller->gone;
	// A caller that could not receive them has made no other call.
	if (problem != 0 && !caller->busy && !gone) {
		caller->busy = true;
		caller->thread = pthread_self();
		pthread_mutex_unlock(&caller->lock);
		errno = problem;
		return -1;
	}
	pthread_mutex_unlock(&caller->lock);
	arguments_done();
	call_ends(self, gone);
	return 0;
}

void
refuse(struct server_thread *self, int problem)
{
	struct message m = { .head = { .kind = RESULT, .error = problem },
			     .memory = -1 };

	(void)send_plain(self, &m);
}

static int
try_to_send(struct server_thread *self, char *data, size_t size,
	    const door_desc_t *desc, uint_t n)
{
	struct message m = { .head = { .kind = RESULT, .size = size },
			     .data = data,
			     .memory = -1 };
	struct outgoing outgoing;
	int result, problem;

	if ((size > 0 || n > 0) && (self->flags & NO_RESULTS)) {
		errno = E2BIG;
		return -1;
	}
	if (n > 0 && desc == NULL) {
		errno = EFAULT;
		return -1;
	}
	if (size > INLINE_MAX) {
		size_t room = round_up(results_size(size, n),
				       (size_t)sysconf(_SC_PAGESIZE));

		m.memory = memory_make(data, size, room);
		if (m.memory == -1)
			return -1;
		m.head.flags = IN_MEMORY;
	}
	if ((n == 0 && m.memory == -1) || (self->flags & NOTICE)) {
		result = send_plain(self, &m);
	} else {
		result = outgoing_prepare(&outgoing, desc, n);
		if (result == 0) {
			result = send_acknowledged(self, &m, &outgoing);
			outgoing_finish(&outgoing, result == 0);
		}
	}
	problem = errno;
	if (m.memory != -1)
		close(m.memory);
	errno = problem;
	return result;
}

/*
 * Sends the results of the call that `self` is serving. Returns 0 if the call
 * is over; -1 with errno E2BIG, EINVAL, EFAULT or EMFILE if it is still open.
 */
int
send_results(struct server_thread *self, char *data, size_t size,
	     const door_desc_t *desc, uint_t n_desc)
{
	int state, result;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	result = try_to_send(self, data, size, desc, n_desc);
	if (result == -1 && errno == EBADF)
		errno = EINVAL;
	pthread_setcancelstate(state, NULL);
	return result;
}
