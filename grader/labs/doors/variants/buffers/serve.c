/*
 * A server thread: it waiting for a call, and runs the door's procedure for it.
 * The procedure does not return; it calls door_return: see return.c.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "library.h"

/*
 * Waits until there is a call: any message in the mailbox, whose first reader
 * is who has waited longest. Returns true and the call in `m`, or false if
 * there will be none: the door that the thread is bound to is revoked.
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
		message_drop(m); // a signal handler has run, or nonsense came
	}
	self->waiting = false;
	self->last = atomic_fetch_sub(&pool->idle, 1) == 1;
	return got == 1;
}

// Finds out whose call it is, and counts_references it in. Returns false if it is nobody's:
// its caller is gone already.
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

// Is it a call that may be made? Returns 0, or what it is refused with.
static int
check(const struct server_thread *self, struct message *m)
{
	if (self->flags & NOTICE)
		return 0;
	if (m->head.n_more > 0 &&
	    message_receive_more(self->caller->sock, m, MSG_DONTWAIT) != 1)
		return EINVAL;
	if (m->lost)
		return EMFILE;
	// The caller has looked on the board, or says so.
	return check_call(self->door->status, self->door->id, m->head.size,
			  m->n_got);
}

/*
 * Gap 2: serve the call `m`, of the door self->door, on this thread: run the
 * door's procedure with its cookie, the arguments, and the descriptors.
 *
 * The data are at m->data, or, if m->head.flags has IN_MEMORY, in the shared
 * memory m->memory (see memory_map): then self->mapping and self->mapped say
 * where it was mapped and how large it is. Without data the arguments are NULL.
 * m->fds are m->n_got descriptors (see describe); from now on they are the
 * procedure's. If self->flags has NOTICE, there are neither, and the arguments
 * are DOOR_UNREF_DATA.
 *
 * Never returns once the procedure runs: a procedure that returns has ended its
 * thread. If it cannot run, calls refuse(self, EAGAIN) and returns.
 * Trap: the procedure may use its arguments until it calls door_return, which
 * does not come back here. So whatever it is given must not need to be freed.
 */
static void
serve(struct server_thread *self, struct message *m)
{
	// What a call needs stays with the thread, and is used again for the
	// next.
	static __thread door_desc_t *descs;
	static __thread uint_t room;
	char *args = m->data;
	uint_t n = m->n_got;

	if (n > room) {
		door_desc_t *more = realloc(descs, n * sizeof(*more));

		if (more == NULL) {
			message_drop(m);
			refuse(self, EAGAIN);
			return;
		}
		descs = more;
		room = n;
	}
	if (m->memory != -1) {
		args = memory_map(m->memory, m->head.size);
		if (args == NULL) {
			message_drop(m);
			refuse(self, EAGAIN);
			return;
		}
		self->mapping = args;
		self->mapped = m->head.size;
		close(m->memory);
	}
	for (uint_t i = 0; i < n; i++)
		describe(m->fds[i], descs + i);
	free(m->fds);
	if (self->flags & NOTICE)
		args = DOOR_UNREF_DATA;
	else if (m->head.size == 0)
		args = NULL;
	self->door->proc(self->door->cookie, args, m->head.size,
			 n > 0 ? descs : NULL, n);
	pthread_exit(NULL);
}

// Returns false if the thread is to serve no more. Never inlined: all of its frame
// is above the setjmp.
static __attribute__((noinline)) bool
serve_one(struct server_thread *self)
{
	// The arguments, on the stack of the thread that serves them.
	char data[INLINE_MAX] __attribute__((aligned(16)));
	struct message m;
	int problem;

	if (!wait_for_call(self, data, &m))
		return false;
	if (!call_begins(self, &m)) {
		message_drop(&m);
		return true;
	}
	if (self->last)
		pool_grow(self->pool->door);
	problem = check(self, &m);
	if (problem == 0) {
		serve(self, &m);
	} else {
		message_drop(&m);
		refuse(self, problem);
	}
	return true;
}

/*
 * Serves calls for ever. Comes back only if the thread is bound to a door that
 * is revoked, or if there is no pool; with errno.
 */
void
serve_calls(struct server_thread *self)
{
	pthread_mutex_lock(&doors_lock);
	self->pool = self->bound != NULL ? self->bound : pool_common();
	pthread_mutex_unlock(&doors_lock);
	if (self->pool == NULL)
		return;
	(void)setjmp(self->start); // door_return comes here
	if (self->cancelled)
		replace_thread(self);
	while (serve_one(self))
		continue;
	errno = EINVAL;
}
