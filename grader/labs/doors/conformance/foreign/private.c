/*
 * A private door with a pool of its own, as the manual page of
 * door_server_create does it: the creator starts a thread that binds itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <errno.h>
#include <pthread.h>
#include <thread.h>
#include <door.h>

static pthread_mutex_t	fd_lock = PTHREAD_MUTEX_INITIALIZER;
static int		fd = -1;
static thread_t		pool_thread;

static void *
pool_start(void *arg)
{
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	pthread_mutex_lock(&fd_lock);
	pthread_mutex_unlock(&fd_lock);
	pool_thread = thr_self();
	if (door_bind(fd) < 0) {
		perror("door_bind");
		exit(1);
	}
	door_return(NULL, 0, NULL, 0);
	return (NULL);
}

static void
pool_create(door_info_t *info)
{
	static int	created;

	if (info == NULL || (info->di_attributes & DOOR_PRIVATE) == 0)
		return;
	if (created++ > 0)
		return;		/* one is enough */
	thr_create(NULL, 0, pool_start, NULL, THR_DETACHED, NULL);
}

static void
private_proc(void *cookie, char *argp, size_t asize, door_desc_t *dp, uint_t n)
{
	int	mine = thr_self() == pool_thread;

	door_return((char *)&mine, sizeof (mine), NULL, 0);
}

int
main(void)
{
	door_arg_t	arg = { 0 };
	int		mine = 0, i;

	door_server_create(pool_create);
	pthread_mutex_lock(&fd_lock);
	fd = door_create(private_proc, NULL, DOOR_PRIVATE);
	pthread_mutex_unlock(&fd_lock);
	for (i = 0; i < 3; i++) {
		arg.rbuf = (char *)&mine;
		arg.rsize = sizeof (mine);
		if (door_call(fd, &arg) < 0) {
			perror("door_call");
			return (1);
		}
		printf("served by %s\n", mine ? "the bound thread" :
		    "another");
	}
	if (door_unbind() < 0 && errno == EBADF)
		printf("main is not bound\n");
	return (0);
}
