/*
 * Several descriptors in one call, with data.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <door.h>

static void
cat_proc(void *cookie, char *argp, size_t asize, door_desc_t *dp, uint_t nd)
{
	uint_t	i;

	for (i = 0; i < nd; i++) {
		int	fd = dp[i].d_data.d_desc.d_descriptor;

		write(fd, argp, asize);
		close(fd);
	}
	door_return((char *)&nd, sizeof (nd), NULL, 0);
}

int
main(void)
{
	int		did = door_create(cat_proc, NULL, 0);
	int		p[3][2], i;
	uint_t		n = 0;
	char		buf[16];
	door_desc_t	dd[3];
	door_arg_t	arg;

	for (i = 0; i < 3; i++) {
		pipe(p[i]);
		dd[i].d_attributes = DOOR_DESCRIPTOR | DOOR_RELEASE;
		dd[i].d_data.d_desc.d_descriptor = p[i][1];
	}
	arg.data_ptr = "to all";
	arg.data_size = 7;
	arg.desc_ptr = dd;
	arg.desc_num = 3;
	arg.rbuf = (char *)&n;
	arg.rsize = sizeof (n);
	if (door_call(did, &arg) == -1)
		perror("door_call");
	printf("%u descriptors\n", n);
	for (i = 0; i < 3; i++) {
		read(p[i][0], buf, sizeof (buf));
		printf("%s", buf);
		/* the write ends were released, so this is the end */
		printf(", then %ld\n", (long)read(p[i][0], buf, 1));
	}
	return (0);
}
