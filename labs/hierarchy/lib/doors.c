/*
 * Doors. Their library is that of another lab; it is loaded if it is there
 * (make -C ../doors), and $DOORS may name another place.
 *
 * A door calls a procedure, where pong has a loop: so that runs on a stack of its
 * own, and goes on whenever a call comes. To change stacks costs two system calls
 * that block no signals, some 0.2 us.
 */
#define _GNU_SOURCE
#include "link.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#define LIBRARY	    "../doors/lib/libdoor.so"
#define STACK	    (8 << 20)
#define REFUSE_DESC 0x40 /* no descriptors with a call */

/* What door_call takes and gives, as on Solaris. */
struct door_arg {
	char *data_ptr;
	size_t data_size;
	void *desc_ptr;
	unsigned desc_num;
	char *rbuf;
	size_t rsize;
};

typedef void procedure_t(void *cookie, char *argp, size_t size, void *descs,
			 unsigned count);

static struct {
	int (*create)(procedure_t *procedure, void *cookie, unsigned flags);
	int (*call)(int door, struct door_arg *arg);
	int (*give)(char *data, size_t size, void *descs, unsigned count);
	int (*attach)(int door, const char *path);
} library;

/* Each is looked for by its name. */
static int
load_library(void)
{
	static const char *const names[] = { "door_create", "door_call",
					     "door_return", "fattach" };
	void *found[4];
	const char *path = getenv("DOORS");
	void *handle;

	if (library.create != NULL)
		return 0;
	handle = dlopen(path != NULL ? path : LIBRARY, RTLD_NOW);
	for (int i = 0; i < 4; i++) {
		found[i] = handle != NULL ? dlsym(handle, names[i]) : NULL;
		if (found[i] == NULL) {
			errno = ENOPKG;
			return -1;
		}
	}
	memcpy(&library, found, sizeof(found));
	return 0;
}

static void
path_of(const struct channel *channel, char *path, size_t size)
{
	channel_path(channel, "door", path, size);
}

/* The pipe is never written to: when ping ends, pong learns it. */
static int
open_door(struct channel *channel)
{
	int fds[2];

	if (load_library() == -1 || channel_folder(channel) == -1 ||
	    pipe2(fds, O_CLOEXEC) == -1)
		return -1;
	channel->in[PONG] = fds[0];
	channel->out[PING] = fds[1];
	return 0;
}

/* ---- ping: what is sent goes with the call that fetches the answer */

static struct {
	int door; /* 0: not yet open */
	const void *bytes;
	size_t n;
} calls;

static ssize_t
call(struct end *end, void *bytes, size_t n)
{
	struct door_arg arg = {
		(char *)calls.bytes, calls.n, NULL, 0, bytes, n
	};
	char path[96];

	if (calls.door == 0) {
		path_of(end->channel, path, sizeof(path));
		calls.door = open(path, O_RDONLY | O_CLOEXEC);
		if (calls.door == -1)
			return -1;
	}
	if (library.call(calls.door, &arg) == -1)
		return -1;
	if (arg.data_size > n) {
		errno = EMSGSIZE;
		return -1;
	}
	if (arg.rbuf != bytes) {
		memcpy(bytes, arg.data_ptr, arg.data_size);
		munmap(arg.rbuf, arg.rsize);
	}
	return (ssize_t)arg.data_size;
}

/* ---- pong */

static struct {
	ucontext_t procedure, work;
	int (*run)(struct end *end);
	struct end *end;
	int begun, over, result, error; /* of `run` */
	char *argument;			/* of the call that goes on */
	size_t size;
	const void *bytes; /* of the answer */
	size_t n;
	char stack[STACK];
} server;

static void
work(void)
{
	server.result = server.run(server.end);
	server.error = errno;
	server.over = 1;
}

/* Lets pong go on until it waits for the next call, or is over. */
static void
procedure(void *cookie, char *argp, size_t size, void *descs, unsigned count)
{
	(void)cookie;
	(void)descs;
	(void)count;
	server.argument = argp;
	server.size = size;
	server.bytes = NULL;
	server.n = 0;
	if (!server.over)
		swapcontext(&server.procedure, &server.work);
	library.give((char *)server.bytes, server.n, NULL, 0);
}

static ssize_t
take_call(void *bytes, size_t n)
{
	if (server.begun)
		swapcontext(&server.work, &server.procedure);
	server.begun = 1;
	if (server.size > n) {
		errno = EMSGSIZE;
		return -1;
	}
	memcpy(bytes, server.argument, server.size);
	return (ssize_t)server.size;
}

static int
serve(struct end *end, int (*run)(struct end *end), void (*ready)(void))
{
	char path[96], byte;
	int made = library.create(procedure, NULL, REFUSE_DESC), file;

	if (made == -1)
		return -1;
	path_of(end->channel, path, sizeof(path));
	file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (file == -1 || close(file) == -1 || library.attach(made, path) == -1)
		return -1;
	if (getcontext(&server.work) == -1)
		return -1;
	server.run = run;
	server.end = end;
	server.result = -1;
	server.error = EPIPE;
	server.work.uc_stack.ss_sp = server.stack;
	server.work.uc_stack.ss_size = sizeof(server.stack);
	server.work.uc_link = &server.procedure;
	makecontext(&server.work, work, 0);
	ready();
	while (read(end->channel->in[PONG], &byte, 1) == -1 && errno == EINTR)
		;
	errno = server.error;
	return server.result;
}

/* ---- both */

static ssize_t
put_door(struct end *end, const void *bytes, size_t n)
{
	if (end->side == PING) {
		calls.bytes = bytes;
		calls.n = n;
	} else {
		server.bytes = bytes;
		server.n = n;
	}
	return (ssize_t)n;
}

static ssize_t
take_door(struct end *end, void *bytes, size_t n)
{
	return end->side == PING ? call(end, bytes, n) : take_call(bytes, n);
}

const struct mechanism door = {
	.name = "door",
	.open = open_door,
	.put = put_door,
	.take = take_door,
	.serve = serve,
};
