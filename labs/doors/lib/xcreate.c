/*
 * door_xcreate: a private door with a thread creator of its own, and as many
 * threads as asked for when it returns.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>

#include "library.h"

// A thread that is to serve the door. The thread itself frees this.
struct newcomer {
	struct pool *pool;
	sem_t ready; // it has bound itself, or has failed to
	sem_t go;    // `serve` says whether it is to stay
	bool bound;
	bool serve;
};

static void
wait_for(sem_t *sem)
{
	while (sem_wait(sem) == -1)
		continue; // a signal handler has run
}

// What the thread creator is given to start a thread with.
static void *
start(void *arg)
{
	struct newcomer *newcomer = arg;
	const struct creation *creation = newcomer->pool->creation;
	bool serve;

	if (creation->setup != NULL)
		creation->setup(creation->cookie);
	else
		pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	newcomer->bound = pool_bind(newcomer->pool);
	sem_post(&newcomer->ready);
	wait_for(&newcomer->go);
	serve = newcomer->serve;
	sem_destroy(&newcomer->ready);
	sem_destroy(&newcomer->go);
	free(newcomer);
	if (serve)
		door_return(NULL, 0, NULL, 0);
	return NULL;
}

// Has a thread made. Returns NULL with errno if there is none: EINVAL if the
// creator did not want to, EPIPE if it could not, ENOMEM.
static struct newcomer *
make_thread(struct pool *pool, door_info_t *info)
{
	const struct creation *creation = pool->creation;
	struct newcomer *newcomer = calloc(1, sizeof(*newcomer));
	int made;

	if (newcomer == NULL)
		return NULL;
	newcomer->pool = pool;
	sem_init(&newcomer->ready, 0, 0);
	sem_init(&newcomer->go, 0, 0);
	made = creation->create(info, start, newcomer, creation->cookie);
	if (made == 1)
		return newcomer;
	sem_destroy(&newcomer->ready);
	sem_destroy(&newcomer->go);
	free(newcomer);
	errno = made == 0 ? EINVAL : EPIPE;
	return NULL;
}

// The first `n` threads of the pool: all, or none. Returns 0, or -1 with errno.
static int
make_threads(struct pool *pool, int n)
{
	struct newcomer **newcomers = calloc((size_t)n, sizeof(*newcomers));
	int made = 0, problem = 0;

	if (newcomers == NULL)
		return -1;
	while (problem == 0 && made < n) {
		newcomers[made] = make_thread(pool, &pool->info[AT_FIRST]);
		if (newcomers[made] == NULL)
			problem = errno;
		else
			made++;
	}
	for (int i = 0; i < made; i++) {
		wait_for(&newcomers[i]->ready);
		if (!newcomers[i]->bound)
			problem = EBADF;
	}
	for (int i = 0; i < made; i++) {
		newcomers[i]->serve = problem == 0;
		sem_post(&newcomers[i]->go);
	}
	free(newcomers);
	errno = problem;
	return problem == 0 ? 0 : -1;
}

// A call has taken the last idle thread of the pool.
void
xcreate_grow(struct pool *pool)
{
	struct newcomer *newcomer = make_thread(pool, &pool->info[LATER]);

	if (newcomer == NULL)
		return;
	wait_for(&newcomer->ready);
	newcomer->serve = newcomer->bound;
	sem_post(&newcomer->go);
}

/*
 * As door_create, of a private door. `create` has to start a thread with the
 * function and argument that it is given, and returns 1, or 0 if it wants no
 * more, or -1. `setup` may be NULL. Returns -1 with errno as door_create;
 * EINVAL, EPIPE, EBADF if one of the `n` threads could not be had.
 */
int
door_xcreate(door_server_procedure_t *proc, void *cookie, uint_t attributes,
	     door_xcreate_server_func_t *create,
	     door_xcreate_thrsetup_func_t *setup, void *create_cookie, int n)
{
	struct creation *creation;
	struct pool *pool;
	int fd, problem;

	if (create == NULL || n < 1 || (attributes & DOOR_PRIVCREATE)) {
		errno = EINVAL;
		return -1;
	}
	creation = malloc(sizeof(*creation));
	if (creation == NULL)
		return -1;
	*creation = (struct creation){ create, setup, create_cookie };
	fd =
	    door_make(proc, cookie, attributes | DOOR_PRIVATE | DOOR_PRIVCREATE,
		      creation, &pool);
	if (fd == -1) {
		free(creation);
		return -1;
	}
	if (make_threads(pool, n) == -1) {
		problem = errno;
		(void)door_revoke(fd);
		errno = problem;
		fd = -1;
	}
	pool_unhold(pool);
	return fd;
}
