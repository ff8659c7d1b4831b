/*
 * What fork does to doors: the child keeps the descriptors, so it may call its
 * parent's doors. But it has no doors and server threads of its own, and must
 * not keep the parent's connections open.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "library.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;

// A pipe whose end of file says that the child has closed our sockets.
static int closed[2];

// No other thread makes or closes a connection while fork copies them.
static void
before(void)
{
	pthread_mutex_lock(&doors_lock);
	connections_before_fork();
	arguments_before_fork();
	own_before_fork();
	if (pipe2(closed, O_CLOEXEC) == -1)
		closed[0] = closed[1] = -1;
}

// If we were killed while the child still had our sockets, callers would not
// see our end. So we wait until it has closed them; it does nothing else
// before.
static void
in_parent(void)
{
	char byte;

	if (closed[0] != -1) {
		close(closed[1]);
		while (read(closed[0], &byte, 1) == -1 && errno == EINTR)
			continue;
		close(closed[0]);
	}
	own_after_fork();
	arguments_after_fork(false);
	connections_after_fork(false);
	pthread_mutex_unlock(&doors_lock);
}

static void
in_child(void)
{
	own_after_fork();
	arguments_after_fork(true);
	events_after_fork(); // first: its epoll is the parent's as well
	connections_after_fork(true);
	registry_after_fork();
	create_after_fork();
	pool_after_fork();
	callers_after_fork();
	status_after_fork();
	helper_after_fork();
	server_thread_after_fork();
	own_close_all();
	pthread_mutex_unlock(&doors_lock);
	if (closed[0] != -1) {
		close(closed[0]);
		close(closed[1]);
	}
}

static void
prepare(void)
{
	if (pthread_atfork(before, in_parent, in_child) != 0)
		abort(); // children would make dead servers look alive
}

void
fork_prepare_once(void)
{
	pthread_once(&once, prepare);
}
