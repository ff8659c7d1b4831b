/*
 * What a thread knows of itself as a server thread, and what becomes of it when
 * it ends.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "library.h"

static __thread struct server_thread this_thread;
static pthread_key_t at_exit;
static pthread_once_t once = PTHREAD_ONCE_INIT;

// A server thread ends: it was cancelled, or it has had enough. Its caller must
// not wait for ever, but sees EINTR.
static void
server_ends(void *arg)
{
	struct server_thread *self = arg;

	if (self->waiting)
		atomic_fetch_sub(&self->pool->idle, 1);
	self->waiting = false;
	if (self->caller != NULL)
		refuse(self, EINTR);
	if (self->mapping != NULL)
		munmap(self->mapping, self->mapped);
	self->mapping = NULL;
	if (self->bound != NULL)
		(void)door_unbind();
	events_thread_ended();
}

static void
make_key(void)
{
	if (pthread_key_create(&at_exit, server_ends) != 0)
		abort(); // callers would wait for dead threads
}

struct server_thread *
server_thread_self(void)
{
	pthread_once(&once, make_key);
	if (pthread_getspecific(at_exit) == NULL &&
	    pthread_setspecific(at_exit, &this_thread) != 0)
		abort();
	return &this_thread;
}

struct successor {
	struct pool *bound;
	int state;
};

static void *
take_over(void *arg)
{
	struct successor successor = *(struct successor *)arg;
	struct server_thread *self = server_thread_self();

	free(arg);
	self->bound = successor.bound;
	pthread_setcancelstate(successor.state, NULL);
	serve_calls(self);
	return NULL;
}

/*
 * This thread got a pthread_cancel for a call that ended all the same. It is
 * not to be taken back, and must not hit the next call; so another thread takes
 * the place of this one, which ends.
 */
void
replace_thread(struct server_thread *self)
{
	struct successor *successor = malloc(sizeof(*successor));
	pthread_attr_t attr;
	pthread_t thread;
	int problem;

	self->cancelled = false;
	if (successor == NULL)
		return;
	successor->bound = self->bound;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &successor->state);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	problem = pthread_create(&thread, &attr, take_over, successor);
	pthread_attr_destroy(&attr);
	if (problem == 0) {
		self->bound = NULL; // it is the successor's
		pthread_exit(NULL);
	}
	pthread_setcancelstate(successor->state, NULL);
	free(successor);
}

// The thread that called fork is all that the child has. If it was serving a
// call, that is the parent's business.
void
server_thread_after_fork(void)
{
	memset(&this_thread, 0, sizeof(this_thread));
}
