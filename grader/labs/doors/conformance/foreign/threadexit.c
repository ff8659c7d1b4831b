/*
 * A server thread that ends instead of returning.
 */
#include <stdio.h>
#include <errno.h>
#include <thread.h>
#include <door.h>

static void
proc(void *cookie, char *argp, size_t asize, door_desc_t *dp, uint_t nd)
{
	if (asize == 1)
		thr_exit(NULL);
	door_return(NULL, 0, NULL, 0);
}

int
main(void)
{
	int		did = door_create(proc, NULL, 0), i;
	door_arg_t	arg = { 0 };

	for (i = 0; i < 3; i++) {
		arg.data_ptr = "x";
		arg.data_size = 1;
		if (door_call(did, &arg) == -1)
			printf("%s\n", errno == EINTR ? "EINTR" :
			    "another error");
		if (door_call(did, NULL) == 0)
			printf("others are served\n");
	}
	return (0);
}
