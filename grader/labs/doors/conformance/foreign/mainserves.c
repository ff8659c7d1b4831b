/*
 * No threads of its own: main itself becomes the server thread.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <signal.h>
#include <sys/wait.h>
#include <door.h>

static void
no_threads(door_info_t *info)
{
}

static void
proc(void *cookie, char *argp, size_t asize, door_desc_t *dp, uint_t nd)
{
	static int	calls;
	int		n = ++calls;

	door_return((char *)&n, sizeof (n), NULL, 0);
}

static void
done(int sig)
{
	_exit(0);
}

int
main(void)
{
	pid_t	server;
	int	did, i;

	door_server_create(no_threads);
	did = door_create(proc, NULL, 0);
	server = getpid();
	if (fork() == 0) {
		for (i = 0; i < 3; i++) {
			int		n = 0;
			door_arg_t	arg = { 0 };

			arg.rbuf = (char *)&n;
			arg.rsize = sizeof (n);
			if (door_call(did, &arg) == -1)
				perror("door_call");
			printf("call %d\n", n);
		}
		fflush(stdout);
		kill(server, SIGTERM);
		_exit(0);
	}
	signal(SIGTERM, done);
	door_return(NULL, 0, NULL, 0);
	perror("door_return");
	return (1);
}
