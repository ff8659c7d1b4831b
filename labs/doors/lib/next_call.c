/*
 * How a server thread gets its next call.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/socket.h>

#include "library.h"

/*
 * Waits for a message in the mailbox; of several threads the kernel wakes the
 * one that has waited longest. Returns true and the message in `m`, or false if
 * there will be none: the door to which the thread is bound is revoked.
 */
static bool
wait_for_call(struct server_thread *self, char *data, struct message *m)
{
	struct pool *pool = self->pool;
	int got = 0;

	atomic_fetch_add(&pool->idle, 1);
	self->waiting = true;
	while (!atomic_load(&pool->closed)) {
		*m = (struct message){ .data = data, .memory = -1 };
		got = message_receive(pool->mailbox, m, 0);
		if (got == 1)
			break;
		if (got == -1 && (errno == EBADF || errno == ENOTSOCK))
			break; // the program has closed it
		// A signal handler has run, or it was no message.
		message_drop(m);
	}
	self->waiting = false;
	self->was_last = atomic_fetch_sub(&pool->idle, 1) == 1;
	return got == 1;
}

// Finds out who calls, and counts the call as active. Returns false if there is
// no such caller: it has disconnected already.
static bool
call_begins(struct server_thread *self, struct message *m)
{
	struct caller *caller = NULL;

	pthread_mutex_lock(&doors_lock);
	if (m->head.kind == CALL)
		caller = caller_begin_call(self->pool, m->head.token);
	if (caller != NULL) {
		self->caller = caller;
		self->door = caller->door;
		self->proc = caller->door->proc;
		self->cookie = caller->door->cookie;
		self->flags = m->head.flags & NO_RESULTS;
		self->door->active++;
		if (caller->sock == -1) {
			self->flags = NOTICE;
			self->door->unref_sent = false;
		}
	}
	pthread_mutex_unlock(&doors_lock);
	return caller != NULL;
}

// May this call be made? Returns 0, or the errno value for its caller.
static int
check(const struct server_thread *self, struct message *m)
{
	int problem;

	if (self->flags & NOTICE)
		return 0;
	if (m->head.n_more > 0 || (m->head.flags & NEW_MEMORY))
		caller_await_ack_taken(self->caller);
	if (m->head.n_more > 0 &&
	    message_receive_more(self->caller->sock, m, MSG_DONTWAIT) != 1)
		return EINVAL;
	if (m->lost)
		return EMFILE;
	problem = arguments_receive(self->caller, m);
	if (problem != 0)
		return problem;
	// An honest caller has checked this itself.
	problem = status_check(self->door->status, self->door->id, m->head.size,
			       m->n_got);
	return problem != 0 ? problem : arguments_copy(self->caller, m);
}

/*
 * From now on `self` takes calls from its pool: that of the door to which it is
 * bound, or the common one. Returns false with errno if there is none.
 */
bool
join_pool(struct server_thread *self)
{
	fork_prepare_once();
	pthread_mutex_lock(&doors_lock);
	self->pool = self->bound != NULL ? self->bound : pool_common();
	pthread_mutex_unlock(&doors_lock);
	return self->pool != NULL;
}

/*
 * Waits for a call that may be made. Returns true and the call in `m`, its data
 * in the INLINE_MAX bytes at `data`; false if there will be no more. The thread
 * creator has been called if there is no other idle thread.
 */
bool
next_call(struct server_thread *self, char *data, struct message *m)
{
	int problem;

	for (;;) {
		if (self->cancelled)
			replace_thread(self);
		if (!wait_for_call(self, data, m))
			return false;
		if (!call_begins(self, m)) {
			message_drop(m);
			continue;
		}
		// If there can be none, callers wait for the threads that exist.
		if (self->was_last)
			(void)pool_grow(self->pool, LATER);
		problem = check(self, m);
		if (problem == 0)
			return true;
		message_drop(m);
		refuse(self, problem);
	}
}
