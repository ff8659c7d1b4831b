/*
 * A door that ends when nobody refers to it any more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <synch.h>
#include <thread.h>
#include <sys/wait.h>
#include <door.h>

static mutex_t	lock;
static cond_t	cv;
static int	gone;

static void
proc(void *cookie, char *argp, size_t asize, door_desc_t *dp, uint_t nd)
{
	if (argp == DOOR_UNREF_DATA) {
		printf("unreferenced: size %lu, %u descriptors\n",
		    (ulong_t)asize, nd);
		mutex_lock(&lock);
		gone = 1;
		cond_signal(&cv);
		mutex_unlock(&lock);
		door_return(NULL, 0, NULL, 0);
	}
	door_return(argp, asize, NULL, 0);
}

int
main(void)
{
	int	did;

	mutex_init(&lock, USYNC_THREAD, NULL);
	cond_init(&cv, USYNC_THREAD, NULL);
	did = door_create(proc, NULL, DOOR_UNREF);
	if (fork() == 0) {
		door_arg_t	a = { 0 };
		char		c = 'x', d;

		a.data_ptr = &c;
		a.data_size = 1;
		a.rbuf = &d;
		a.rsize = 1;
		if (door_call(did, &a) == 0)
			printf("client got %c\n", d);
		fflush(stdout);
		_exit(0);
	}
	wait(NULL);
	mutex_lock(&lock);
	while (!gone)
		cond_wait(&cv, &lock);
	mutex_unlock(&lock);
	close(did);
	printf("over\n");
	return (0);
}
