/*
 * Results for a client that does not want any; door_return comes back.
 */
#include <stdio.h>
#include <errno.h>
#include <door.h>

static int	result, problem;

static void
proc(void *cookie, char *argp, size_t asize, door_desc_t *dp, uint_t nd)
{
	result = door_return("unwanted", 9, NULL, 0);
	problem = errno;
	door_return(NULL, 0, NULL, 0);
}

int
main(void)
{
	int	did = door_create(proc, NULL, 0);

	printf("call: %d\n", door_call(did, NULL));
	printf("door_return: %d %s\n", result,
	    problem == E2BIG ? "E2BIG" : "another error");
	return (0);
}
