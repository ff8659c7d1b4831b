/*
 * Arguments and results in one buffer.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <door.h>

static void
upper(void *cookie, char *argp, size_t asize, door_desc_t *dp, uint_t nd)
{
	size_t	i;

	for (i = 0; i < asize; i++)
		argp[i] = toupper(argp[i]);
	door_return(argp, asize, NULL, 0);
}

int
main(void)
{
	char		buf[] = "quiet please";
	int		did = door_create(upper, NULL, 0);
	door_arg_t	arg;

	arg.data_ptr = buf;
	arg.data_size = sizeof (buf);
	arg.desc_ptr = NULL;
	arg.desc_num = 0;
	arg.rbuf = buf;
	arg.rsize = sizeof (buf);
	if (door_call(did, &arg) == -1)
		perror("door_call");
	printf("%s\n", buf);
	printf("%s place\n", arg.data_ptr == buf ? "same" : "other");
	return (0);
}
