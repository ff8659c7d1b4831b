/*
 * A server thread waits for a call, and runs the procedure of the door for it.
 * The procedure does not return; it calls door_return: see return.c.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

/*
 * Gap 2: serve the call `m` on this thread: run self->proc with self->cookie,
 * the arguments, and the descriptors.
 *
 * The data are at m->data, or, if m->head.flags has IN_MEMORY, in the shared
 * memory m->memory (see memory_map): then self->mapping and self->mapped say
 * where it was mapped and how large it is. Without data the arguments are NULL.
 * m->fds are m->n_got descriptors (see describe); from now on they are the
 * procedure's. If self->flags has NOTICE, there are neither data nor
 * descriptors, and the arguments are DOOR_UNREF_DATA.
 *
 * Never returns once the procedure runs: a procedure that returns has ended its
 * thread. If it cannot run, calls refuse(self, EAGAIN) and returns.
 * Trap: the procedure may use its arguments until it calls door_return, which
 * does not come back here. So nobody can free them after the procedure.
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
	if (m->memory != -1 && m->head.size > 0) {
		args = memory_map(m->memory, m->head.size);
		if (args == NULL) {
			message_drop(m);
			refuse(self, EAGAIN);
			return;
		}
		self->mapping = args;
		self->mapped = m->head.size;
	}
	if (m->memory != -1)
		close(m->memory);
	for (uint_t i = 0; i < n; i++)
		describe(m->fds[i], descs + i);
	free(m->fds);
	if (self->flags & NOTICE)
		args = DOOR_UNREF_DATA;
	else if (m->head.size == 0)
		args = NULL;
	self->proc(self->cookie, args, m->head.size, n > 0 ? descs : NULL, n);
	pthread_exit(NULL);
}

// Returns false if there are no more calls for this thread. Never inlined, so
// that its variables are not in the function that calls setjmp.
static __attribute__((noinline)) bool
serve_one(struct server_thread *self)
{
	// The arguments, on the stack of the thread that serves them.
	char data[INLINE_MAX] __attribute__((aligned(16)));
	struct message m;

	if (!next_call(self, data, &m))
		return false;
	serve(self, &m);
	return true;
}

/*
 * Serves calls for ever. Returns, with errno, only if the thread is bound to a
 * door that is revoked, or if there is no pool.
 */
void
serve_calls(struct server_thread *self)
{
	if (!join_pool(self))
		return;
	(void)setjmp(self->start); // a thread that has ended a call comes here
	while (serve_one(self))
		continue;
	errno = EINVAL;
}
