/*
 * The server threads. They wait in pools: a common one, and one for each
 * private door. A pool grows when a call takes its last idle thread; by how
 * much, the program decides (door_server_create).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "library.h"

static struct pool *pools; // doors_lock
static struct pool *common;

// A datagram socket with a name that the kernel chooses, abstract and unused.
static int
open_mailbox(void)
{
	struct sockaddr_un any = { .sun_family = AF_UNIX };
	int sock = own(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));

	if (sock != -1 &&
	    bind(sock, (struct sockaddr *)&any, sizeof(any.sun_family)) == -1) {
		own_close(sock);
		return -1;
	}
	return sock;
}

// Returns NULL with errno on failure. doors_lock is held here and in the next
// five functions.
struct pool *
pool_new(struct door *door)
{
	struct pool *pool = calloc(1, sizeof(*pool));

	if (pool == NULL)
		return NULL;
	pool->door = door;
	pool->info = calloc(WHENS, sizeof(*pool->info));
	pool->mailbox = open_mailbox();
	if (pool->info == NULL || pool->mailbox == -1) {
		own_close(pool->mailbox);
		free(pool->info);
		free(pool);
		return NULL;
	}
	pool->next = pools;
	pools = pool;
	return pool;
}

struct pool *
pool_common(void)
{
	if (common == NULL)
		common = pool_new(NULL);
	return common;
}

// All pools, one after the other; the first for NULL, NULL after the last.
const struct pool *
pool_next(const struct pool *pool)
{
	return pool == NULL ? pools : pool->next;
}

// A socket that is connected to the mailbox, to be passed to a caller. Returns
// -1 with errno on failure.
int
pool_mailbox(const struct pool *pool)
{
	struct sockaddr_un name;
	socklen_t length = sizeof(name);
	int sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int problem;

	if (sock == -1)
		return -1;
	if (getsockname(pool->mailbox, (struct sockaddr *)&name, &length) ==
		0 &&
	    connect(sock, (struct sockaddr *)&name, length) == 0)
		return sock;
	problem = errno;
	close(sock);
	errno = problem;
	return -1;
}

// The door of this private pool is revoked: wakes its idle threads.
void
pool_close(struct pool *pool)
{
	atomic_store(&pool->closed, true);
	(void)shutdown(pool->mailbox, SHUT_RDWR);
}

/*
 * The thread creator may have handed the information about a door to a thread
 * that looks at it late, even when the door has ended. So the last ones are
 * kept.
 */
static void
free_info(door_info_t *info)
{
	static door_info_t *kept[1024];
	static size_t next;
	door_info_t **place = &kept[next++ % (sizeof(kept) / sizeof(*kept))];

	free(*place);
	*place = info;
}

// Frees a private pool once it has neither a door nor threads.
void
pool_release(struct pool *pool)
{
	struct pool **link = &pools;

	if (pool == common || pool->bound > 0 || pool->door != NULL)
		return;
	while (*link != pool)
		link = &(*link)->next;
	*link = pool->next;
	for (uint32_t i = 0; i < pool->n_callers; i++) {
		pthread_mutex_destroy(&pool->callers[i]->lock);
		free(pool->callers[i]);
	}
	free(pool->callers);
	own_close(pool->mailbox);
	free_info(pool->info);
	free(pool->creation);
	free(pool);
}

static void *
serve_for_ever(void *started)
{
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	sem_post(started);
	door_return(NULL, 0, NULL, 0);
	return NULL;
}

// One more thread for the common pool. Returns 0 or an errno value.
static int
start_server_thread(void)
{
	pthread_attr_t attr;
	pthread_t thread;
	sem_t started;
	int problem;

	sem_init(&started, 0, 0);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	problem = pthread_create(&thread, &attr, serve_for_ever, &started);
	// We wait until it has started, so that no fork can come in between.
	while (problem == 0 && sem_wait(&started) == -1)
		continue; // a signal handler has run
	pthread_attr_destroy(&attr);
	sem_destroy(&started);
	return problem;
}

// The default thread creator. Its errors are seen only by pool_grow.
static void
create_server_thread(door_info_t *info)
{
	(void)info;
	(void)start_server_thread();
}

static _Atomic(door_server_func_t *) creator = create_server_thread;

// Sets the thread creator. Returns the previous one.
door_server_func_t *
door_server_create(door_server_func_t *create)
{
	return atomic_exchange(&creator, create);
}

// What the thread creator of a private door is told.
void
pool_fill_info(struct pool *pool)
{
	door_fill_info(pool->door, &pool->info[AT_FIRST]);
	pool->info[LATER] = pool->info[AT_FIRST];
	pool->info[LATER].di_attributes |= DOOR_DEPLETION_CB;
}

/*
 * Calls the thread creator for this pool. No lock is held, since the creator
 * may belong to the program. Returns 0; or an errno value if the default creator
 * could not make a thread: a creator of the program's own does not say so.
 */
int
pool_grow(struct pool *pool, enum when when)
{
	door_server_func_t *create = atomic_load(&creator);
	door_info_t *info = &pool->info[when];

	if (info->di_attributes & DOOR_NO_DEPLETION_CB)
		return 0;
	if (pool->creation != NULL)
		xcreate_grow(pool);
	else if (create == create_server_thread)
		return start_server_thread();
	else if (create != NULL)
		create(info->di_attributes & DOOR_PRIVATE ? info : NULL);
	return 0;
}

// Takes back what keeps the pool as a bound thread does.
void
pool_unhold(struct pool *pool)
{
	pthread_mutex_lock(&doors_lock);
	pool->bound--;
	pool_release(pool);
	pthread_mutex_unlock(&doors_lock);
}

// Binds the calling thread, which is new, to the door of this pool. Returns
// false if the door has ended.
bool
pool_bind(struct pool *pool)
{
	bool there;

	pthread_mutex_lock(&doors_lock);
	there = pool->door != NULL && !pool->door->revoked;
	if (there) {
		server_thread_self()->bound = pool;
		pool->bound++;
	}
	pthread_mutex_unlock(&doors_lock);
	return there;
}

/*
 * Binds the calling thread to the private door `fd`: it will serve no other.
 * Returns 0, or -1 with errno: EBADF if `fd` is not a door of this process,
 * EINVAL if the door is not private.
 */
int
door_bind(int fd)
{
	struct server_thread *self = server_thread_self();
	struct door *door;

	pthread_mutex_lock(&doors_lock);
	door = door_by_fd(fd);
	if (door == NULL || door->pool->door != door || door->revoked) {
		pthread_mutex_unlock(&doors_lock);
		errno = door != NULL && !door->revoked ? EINVAL : EBADF;
		return -1;
	}
	if (self->bound != NULL) {
		self->bound->bound--;
		pool_release(self->bound);
	}
	self->bound = door->pool;
	self->bound->bound++;
	pthread_mutex_unlock(&doors_lock);
	return 0;
}

// Returns 0, or -1 with errno EBADF if the thread is not bound.
int
door_unbind(void)
{
	struct server_thread *self = server_thread_self();

	if (self->bound == NULL) {
		errno = EBADF;
		return -1;
	}
	pthread_mutex_lock(&doors_lock);
	self->bound->bound--;
	pool_release(self->bound);
	self->bound = NULL;
	pthread_mutex_unlock(&doors_lock);
	return 0;
}

// The child has no server threads, and no callers.
void
pool_after_fork(void)
{
	struct pool *pool;

	while ((pool = pools) != NULL) {
		pools = pool->next;
		for (uint32_t i = 0; i < pool->n_callers; i++) {
			struct caller *caller = pool->callers[i];

			own_close(caller->sock);
			arguments_unmap(caller);
			free(caller->cred);
			free(caller);
		}
		free(pool->callers);
		own_close(pool->mailbox);
		free_info(pool->info);
		free(pool->creation);
		free(pool);
	}
	common = NULL;
}
