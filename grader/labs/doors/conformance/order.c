/* Conformance: moments that come once in many runs, and are forced here. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

#define LARGE 100000 // bytes of arguments that travel in shared memory
#define TIMES 3
static _Thread_local bool to_be_held; // at its next recvmsg
static atomic_bool holding;	      // a thread is to be held, or is
static atomic_int held_at = -1;	      // then its socket
static sem_t go_on;

// The C library's function of this name.
static void
find(void *function, const char *name)
{
	void *next = dlsym(RTLD_NEXT, name);

	CHECK(next != NULL);
	memcpy(function, &next, sizeof(next));
}

static void
release(void)
{
	if (atomic_exchange(&held_at, -1) != -1) {
		atomic_store(&holding, false);
		sem_post(&go_on);
	}
}

/*
 * For the library. A thread that is to be held has sent results, and would take
 * the ACK. No other goes on before it is there; and it goes on once another
 * waits for that, or has received what came over the same connection.
 */
ssize_t
recvmsg(int sock, struct msghdr *msg, int flags)
{
	ssize_t (*receive)(int, struct msghdr *, int);
	ssize_t n;

	find(&receive, "recvmsg");
	if (to_be_held) {
		to_be_held = false;
		atomic_store(&held_at, sock);
		while (sem_wait(&go_on) == -1)
			continue;
		return receive(sock, msg, flags);
	}
	n = receive(sock, msg, flags);
	while (atomic_load(&holding) && atomic_load(&held_at) == -1)
		sched_yield();
	if (sock == atomic_load(&held_at))
		release();
	return n;
}

int
pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
	int (*wait)(pthread_cond_t *, pthread_mutex_t *);

	find(&wait, "pthread_cond_wait");
	release();
	return wait(cond, mutex);
}

static void
give_or_take(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	door_desc_t desc = { .d_attributes = DOOR_DESCRIPTOR };

	(void)cookie;
	(void)argp;
	if (size == 0 && n == 0) {
		desc.d_data.d_desc.d_descriptor = STDERR_FILENO;
		to_be_held = true;
		atomic_store(&holding, true);
		door_return(NULL, 0, &desc, 1);
	}
	CHECK(n == 0 || close(dp->d_data.d_desc.d_descriptor) == 0);
	door_return((char *)&size, sizeof(size), NULL, 0);
}

// The thread that has sent results with a descriptor is late in taking the ACK,
// and the caller's next call is there. What belongs to that comes over the same
// connection: memory, too, if there are more data than in any call before.
static void
next_call_with(size_t bytes, uint_t n)
{
	static char data[LARGE << TIMES];
	int door = door_create(give_or_take, NULL, 0);
	door_desc_t desc = { .d_attributes = DOOR_DESCRIPTOR };

	CHECK(door != -1 && sem_init(&go_on, 0, 0) == 0);
	desc.d_data.d_desc.d_descriptor = STDERR_FILENO;
	for (int i = 0; i < TIMES; i++) {
		size_t size = bytes << i;
		char rbuf[64];
		door_arg_t first = { .rbuf = rbuf, .rsize = sizeof(rbuf) };
		door_arg_t next = { .data_ptr = data,
				    .data_size = size,
				    .desc_ptr = &desc,
				    .desc_num = n,
				    .rbuf = rbuf,
				    .rsize = sizeof(rbuf) };
		size_t came;

		CHECK(door_call(door, &first) == 0);
		CHECK(first.desc_num == 1);
		CHECK(close(first.desc_ptr->d_data.d_desc.d_descriptor) == 0);
		CHECK(door_call(door, &next) == 0);
		CHECK(next.data_size == sizeof(came));
		memcpy(&came, next.data_ptr, sizeof(came));
		CHECK(came == size);
	}
}

static void
descriptors_after_results(void)
{
	next_call_with(0, 1);
}

static void
memory_after_results(void)
{
	next_call_with(LARGE, 0);
}

const struct test tests[] = { { "descriptors_after_results",
				descriptors_after_results },
			      { "memory_after_results", memory_after_results },
			      { NULL, NULL } };
