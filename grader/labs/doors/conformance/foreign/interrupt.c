/*
 * A call that takes too long: SIGALRM cuts it short.
 */
#include <stdio.h>
#include <stdlib.h>
#include <signal.h>
#include <unistd.h>
#include <errno.h>
#include <door.h>
#include <pthread.h>

static pthread_mutex_t	never = PTHREAD_MUTEX_INITIALIZER;
static int		slow = 1;

static void
onalarm(int sig)
{
}

static void
proc(void *cookie, char *argp, size_t asize, door_desc_t *dp, uint_t nd)
{
	if (slow)
		pthread_mutex_lock(&never);
	door_return(NULL, 0, NULL, 0);
}

int
main(void)
{
	struct sigaction	sa;
	sigset_t		set, old;
	int			did;

	/* the server threads are not to take the signal */
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	pthread_mutex_lock(&never);
	sa.sa_handler = onalarm;
	sigemptyset(&sa.sa_mask);
	sa.sa_flags = SA_RESTART;
	sigaction(SIGALRM, &sa, NULL);
	pthread_sigmask(SIG_BLOCK, &set, &old);
	did = door_create(proc, NULL, 0);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	alarm(1);
	if (door_call(did, NULL) == -1 && errno == EINTR)
		printf("interrupted\n");
	slow = 0;
	if (door_call(did, NULL) == 0)
		printf("the next one is fine\n");
	return (0);
}
