/*
 * Server threads of one's own: a thread creator with thr_create, and clients
 * that all call at once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <thread.h>
#include <synch.h>
#include <door.h>

#define	NCLIENTS	6

static mutex_t	lock = DEFAULTMUTEX;
static cond_t	cv = DEFAULTCV;
static int	inside, most;

static void *
server_thread(void *arg)
{
	door_return(NULL, 0, NULL, 0);
	return (NULL);
}

static void
my_create(door_info_t *dip)
{
	thr_create(NULL, 0, server_thread, NULL, THR_BOUND | THR_DETACHED,
	    NULL);
}

static void
rendezvous(void *cookie, char *argp, size_t asize, door_desc_t *dp, uint_t nd)
{
	mutex_lock(&lock);
	if (++inside > most)
		most = inside;
	cond_broadcast(&cv);
	while (most < NCLIENTS)
		cond_wait(&cv, &lock);
	inside--;
	mutex_unlock(&lock);
	door_return(NULL, 0, NULL, 0);
}

static void *
client(void *arg)
{
	if (door_call(*(int *)arg, NULL) < 0)
		perror("door_call");
	return (NULL);
}

int
main(void)
{
	thread_t	tid[NCLIENTS];
	int		did, i;

	(void) door_server_create(my_create);
	if ((did = door_create(rendezvous, NULL, 0)) == -1) {
		perror("door_create");
		exit(1);
	}
	for (i = 0; i < NCLIENTS; i++)
		if (thr_create(NULL, 0, client, &did, 0, &tid[i]) != 0)
			exit(1);
	for (i = 0; i < NCLIENTS; i++)
		thr_join(tid[i], NULL, NULL);
	printf("%d at once\n", most);
	return (0);
}
