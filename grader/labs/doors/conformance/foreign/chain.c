/*
 * A door behind a door behind a door.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <door.h>

#define	DEPTH	8

static int	doors[DEPTH];

static void
link_proc(void *cookie, char *argp, size_t asize, door_desc_t *dp, uint_t nd)
{
	int		level = (int)(uintptr_t)cookie;
	char		buf[64];
	door_arg_t	arg;

	(void) snprintf(buf, sizeof (buf), "%s%d", argp, level);
	if (level + 1 < DEPTH) {
		memset(&arg, 0, sizeof (arg));
		arg.data_ptr = buf;
		arg.data_size = strlen(buf) + 1;
		arg.rbuf = buf;
		arg.rsize = sizeof (buf);
		if (door_call(doors[level + 1], &arg) == -1)
			perror("door_call");
	}
	door_return(buf, strlen(buf) + 1, NULL, 0);
}

int
main(void)
{
	char		buf[64];
	door_arg_t	arg;
	int		i;

	for (i = 0; i < DEPTH; i++)
		doors[i] = door_create(link_proc, (void *)(uintptr_t)i, 0);
	memset(&arg, 0, sizeof (arg));
	arg.data_ptr = ":";
	arg.data_size = 2;
	arg.rbuf = buf;
	arg.rsize = sizeof (buf);
	if (door_call(doors[0], &arg) == -1)
		perror("door_call");
	printf("%s\n", buf);
	return (0);
}
