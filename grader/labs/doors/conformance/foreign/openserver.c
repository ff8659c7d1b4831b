/*
 * The open server: a process that opens files for others, and passes the
 * descriptors back. Its own copy goes by DOOR_RELEASE.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <sys/wait.h>
#include <door.h>

static void
open_proc(void *cookie, char *argp, size_t asize, door_desc_t *dp, uint_t nd)
{
	door_desc_t	desc;
	int		fd;

	fd = open(argp, O_RDONLY);
	if (fd == -1) {
		int	err = errno;

		door_return((char *)&err, sizeof (int), NULL, 0);
	} else {
		desc.d_attributes = DOOR_DESCRIPTOR | DOOR_RELEASE;
		desc.d_data.d_desc.d_descriptor = fd;
		door_return(NULL, 0, &desc, 1);
	}
}

static void
try_open(int door, char *name)
{
	char		rbuf[1024], buf[32];
	door_arg_t	arg;
	int		fd, n;

	arg.data_ptr = name;
	arg.data_size = strlen(name) + 1;
	arg.desc_ptr = NULL;
	arg.desc_num = 0;
	arg.rbuf = rbuf;
	arg.rsize = sizeof (rbuf);
	if (door_call(door, &arg) < 0) {
		perror("door_call");
		exit(1);
	}
	if (arg.data_size == sizeof (int)) {
		printf("%s: %s\n", name, strerror(*(int *)arg.data_ptr));
		return;
	}
	if (arg.desc_num != 1 ||
	    !(arg.desc_ptr[0].d_attributes & DOOR_DESCRIPTOR)) {
		printf("no descriptor\n");
		return;
	}
	fd = arg.desc_ptr[0].d_data.d_desc.d_descriptor;
	n = read(fd, buf, sizeof (buf));
	printf("%s: %.*s", name, n, buf);
	close(fd);
}

int
main(void)
{
	FILE	*f = fopen("greeting", "w");
	int	door;

	fprintf(f, "good morning\n");
	fclose(f);
	door = door_create(open_proc, NULL, 0);
	if (fork() == 0) {
		try_open(door, "greeting");
		try_open(door, "nowhere");
		fflush(stdout);
		_exit(0);
	}
	wait(NULL);
	return (0);
}
