/*
 * door_return: the results go to the caller, and the thread waits for its next
 * call. It never comes back to where door_return was called.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "internal.h"

/*
 * Gap 3: the call is over. Make this thread wait for its next one in
 * serve_calls, with its stack as it was when it waited there before, so that a
 * thread can serve any number of calls. If the arguments were mapped
 * (self->mapping is not NULL), nobody uses them any more.
 *
 * Does not return.
 * Trap: no `return` leads there. Between here and there are the procedure and
 * all the functions that it has called.
 */
static void
leave(struct server_thread *self)
{
	void *mapping = self->mapping;

	self->mapping = NULL;
	if (mapping != NULL && munmap(mapping, self->mapped) == -1)
		abort();
	siglongjmp(self->start, 1);
}

/*
 * Ends the call that this thread is serving, if any, and waits for the next;
 * see door_return(3C). Returns only if it cannot: -1 with errno E2BIG, EINVAL,
 * EFAULT or EMFILE, and then the call is still open.
 */
int
door_return(char *data, size_t size, door_desc_t *desc, uint_t n_desc)
{
	struct server_thread *self = server_thread_self();

	if (self->caller == NULL)
		serve_calls(self);
	else if (send_results(self, data, size, desc, n_desc) == 0)
		leave(self);
	return -1;
}
