/*
 * A server thread waits for a call, and runs the procedure of the door for it.
 * The procedure does not return; it calls door_return: see return.c.
 */
#define _GNU_SOURCE
#include <alloca.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

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
	door_desc_t *desc = NULL;
	char *args = NULL;
	uint_t n;

	if (self->flags & NOTICE) {
		args = DOOR_UNREF_DATA;
	} else if (m->head.size > 0 && (m->head.flags & IN_MEMORY)) {
		// Not mapped as it came, but copied.
		args = mmap(NULL, m->head.size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (args == MAP_FAILED ||
		    memory_read(m->memory, args, m->head.size) == -1) {
			if (args != MAP_FAILED)
				munmap(args, m->head.size);
			message_drop(m);
			refuse(self, EAGAIN);
			return;
		}
		self->mapped = m->head.size;
		self->mapping = args;
	} else if (m->head.size > 0) {
		// A copy below the one that came.
		args = memcpy(alloca(m->head.size), m->data, m->head.size);
	}
	door_desc_t array[m->n_got + 1]; // of this function, which stays active

	if (m->n_got != 0)
		desc = array;
	for (n = 0; n < m->n_got; n++)
		describe(m->fds[n], &desc[n]);
	m->n_got = 0; // they are the procedure's
	message_drop(m);
	(*self->proc)(self->cookie, args, m->head.size, desc, n);
	pthread_exit(PTHREAD_CANCELED);
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
	// A thread that has ended a call comes here.
	(void)sigsetjmp(self->start, 0);
	while (serve_one(self))
		continue;
	errno = EINVAL;
}
