/*
 * The client gives up; the server procedure, which has enabled cancellation,
 * cleans up.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <signal.h>
#include <pthread.h>
#include <sys/wait.h>
#include <door.h>

static int	entered[2], cleaned[2];

static void
cleanup(void *arg)
{
	write(cleaned[1], "", 1);
}

static void
proc(void *cookie, char *argp, size_t asize, door_desc_t *dp, uint_t nd)
{
	int	old;

	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old);
	pthread_cleanup_push(cleanup, NULL);
	write(entered[1], "", 1);
	for (;;)
		pause();
	pthread_cleanup_pop(0);
}

int
main(void)
{
	int	did;
	pid_t	pid;
	char	c;

	pipe(entered);
	pipe(cleaned);
	did = door_create(proc, NULL, 0);
	if ((pid = fork()) == 0) {
		door_call(did, NULL);
		_exit(0);
	}
	read(entered[0], &c, 1);
	printf("the call is under way\n");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	read(cleaned[0], &c, 1);
	printf("cleaned up\n");
	return (0);
}
