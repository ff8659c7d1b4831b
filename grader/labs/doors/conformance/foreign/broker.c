/*
 * A name service: servers register doors, clients look them up. All three are
 * processes of their own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <stropts.h>
#include <door.h>

static int	registered = -1;

static void
broker(void *cookie, char *argp, size_t asize, door_desc_t *dp, uint_t nd)
{
	door_desc_t	d;

	if (nd == 1) {
		registered = dp->d_data.d_desc.d_descriptor;
		door_return(NULL, 0, NULL, 0);
	}
	d.d_attributes = DOOR_DESCRIPTOR;
	d.d_data.d_desc.d_descriptor = registered;
	door_return(NULL, 0, &d, registered == -1 ? 0 : 1);
}

static void
answer(void *cookie, char *argp, size_t asize, door_desc_t *dp, uint_t nd)
{
	int	n = 42;

	door_return((char *)&n, sizeof (n), NULL, 0);
}

static void
serve(int did, int ready)
{
	door_desc_t	d;
	door_arg_t	arg;
	int		mine = door_create(answer, NULL, DOOR_NO_CANCEL);

	memset(&arg, 0, sizeof (arg));
	d.d_attributes = DOOR_DESCRIPTOR;
	d.d_data.d_desc.d_descriptor = mine;
	arg.desc_ptr = &d;
	arg.desc_num = 1;
	if (door_call(did, &arg) != 0)
		perror("register");
	write(ready, "", 1);
	for (;;)
		pause();
}

int
main(void)
{
	int	did, ready[2];
	pid_t	server;
	char	c;

	pipe(ready);
	did = door_create(broker, NULL, 0);
	if ((server = fork()) == 0)
		serve(did, ready[1]);
	read(ready[0], &c, 1);
	if (fork() == 0) {
		int		n = 0;
		door_desc_t	d;
		door_arg_t	arg;

		memset(&arg, 0, sizeof (arg));
		arg.rbuf = (char *)&d;
		arg.rsize = sizeof (d);
		if (door_call(did, &arg) != 0 || arg.desc_num != 1)
			perror("look up");
		printf("a door: %s\n", arg.desc_ptr->d_attributes &
		    DOOR_NO_CANCEL ? "with its attributes" : "without");
		did = arg.desc_ptr->d_data.d_desc.d_descriptor;
		arg.rbuf = (char *)&n;
		arg.rsize = sizeof (n);
		arg.desc_num = 0;
		arg.data_size = 0;
		if (door_call(did, &arg) != 0)
			perror("call");
		printf("the answer: %d\n", n);
		fflush(stdout);
		_exit(0);
	}
	wait(NULL);
	kill(server, 9);
	wait(NULL);
	return (0);
}
