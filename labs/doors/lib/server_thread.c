/*
 * The state of a server thread, and what happens when it ends.
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

// A server thread ends: it was cancelled, or called pthread_exit. Its caller
// gets EINTR instead of waiting for ever.
static void
thread_ends(void *arg)
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
	arguments_done();
	if (self->bound != NULL)
		(void)door_unbind();
	events_thread_ended();
}

static void
make_key(void)
{
	if (pthread_key_create(&at_exit, thread_ends) != 0)
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
 * This thread was cancelled for a call that has ended normally. A cancellation
 * cannot be withdrawn, and must not hit the next call: so this thread ends, and
 * a new one takes its place.
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

// The child has only the thread that called fork. If that was serving a call,
// it still is in the parent, but not here.
void
server_thread_after_fork(void)
{
	memset(&this_thread, 0, sizeof(this_thread));
}
