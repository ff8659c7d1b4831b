/*
 * The smallest door: one process, server and client in one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <door.h>

static void
hello(void *cookie, char *argp, size_t arg_size, door_desc_t *dp,
    uint_t n_desc)
{
	char	buf[128];

	(void) snprintf(buf, sizeof (buf), "%s, %s", (char *)cookie, argp);
	(void) door_return(buf, strlen(buf) + 1, NULL, 0);
}

int
main(int argc, char **argv)
{
	door_arg_t	arg;
	char		rbuf[128];
	int		did;

	if ((did = door_create(hello, "hello", 0)) < 0) {
		perror("door_create");
		return (1);
	}
	arg.data_ptr = "world";
	arg.data_size = strlen("world") + 1;
	arg.desc_ptr = NULL;
	arg.desc_num = 0;
	arg.rbuf = rbuf;
	arg.rsize = sizeof (rbuf);
	if (door_call(did, &arg) < 0) {
		perror("door_call");
		return (1);
	}
	(void) printf("%s\n", arg.data_ptr);
	(void) printf("%d bytes, %u descriptors\n", (int)arg.data_size,
	    arg.desc_num);
	return (0);
}
