/*
 * What a thread knows of itself as a server thread, and what becomes of it when
 * it ends.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "doors.h"

static __thread struct server this_server;
static pthread_key_t at_exit;
static pthread_once_t once = PTHREAD_ONCE_INIT;

// A server thread ends: it was cancelled, or it has had enough. Its caller must
// not wait for ever, but sees EINTR.
static void
server_ends(void *arg)
{
	struct server *self = arg;

	if (self->waits)
		atomic_fetch_sub(&self->pool->idle, 1);
	self->waits = false;
	if (self->guest != NULL)
		refuse(self, EINTR);
	if (self->mapping != NULL)
		munmap(self->mapping, self->mapped);
	self->mapping = NULL;
	if (self->bound != NULL)
		(void)door_unbind();
	reception_look_round();
}

static void
make_key(void)
{
	if (pthread_key_create(&at_exit, server_ends) != 0)
		abort(); // callers would wait for dead threads
}

struct server *
server_self(void)
{
	pthread_once(&once, make_key);
	if (pthread_getspecific(at_exit) == NULL &&
	    pthread_setspecific(at_exit, &this_server) != 0)
		abort();
	return &this_server;
}

struct heir {
	struct pool *bound;
	int state;
};

static void *
inherit(void *arg)
{
	struct heir heir = *(struct heir *)arg;
	struct server *self = server_self();

	free(arg);
	self->bound = heir.bound;
	pthread_setcancelstate(heir.state, NULL);
	serve_calls(self);
	return NULL;
}

/*
 * This thread got a pthread_cancel for a call that ended all the same. It is
 * not to be taken back, and must not hit the next call; so another thread takes
 * the place of this one, which ends.
 */
void
hand_over(struct server *self)
{
	struct heir *heir = malloc(sizeof(*heir));
	pthread_attr_t attr;
	pthread_t thread;
	int problem;

	self->cancelled = false;
	if (heir == NULL)
		return;
	heir->bound = self->bound;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &heir->state);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	problem = pthread_create(&thread, &attr, inherit, heir);
	pthread_attr_destroy(&attr);
	if (problem == 0) {
		self->bound = NULL; // it is the heir's
		pthread_exit(NULL);
	}
	pthread_setcancelstate(heir->state, NULL);
	free(heir);
}

// The thread that called fork is all that the child has. If it was serving a
// call, that is the parent's business.
void
server_after_fork(void)
{
	memset(&this_server, 0, sizeof(this_server));
}
