/*
 * Limits of a door.
 */
#include <stdio.h>
#include <stdlib.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <door.h>

static void
proc(void *cookie, char *argp, size_t asize, door_desc_t *dp, uint_t nd)
{
	door_return(NULL, 0, NULL, 0);
}

static void
try(int did, size_t size)
{
	char		buf[64] = { 0 };
	door_arg_t	arg = { 0 };

	arg.data_ptr = buf;
	arg.data_size = size;
	if (door_call(did, &arg) == 0)
		printf("%lu bytes: fine\n", (ulong_t)size);
	else
		printf("%lu bytes: %s\n", (ulong_t)size,
		    errno == ENOBUFS ? "ENOBUFS" : "another error");
}

int
main(void)
{
	int	did = door_create(proc, NULL, DOOR_REFUSE_DESC);
	size_t	v;

	door_getparam(did, DOOR_PARAM_DATA_MIN, &v);
	printf("data min %lu\n", (ulong_t)v);
	door_getparam(did, DOOR_PARAM_DATA_MAX, &v);
	printf("data max %s\n", v == SIZE_MAX ? "SIZE_MAX" : "less");
	door_getparam(did, DOOR_PARAM_DESC_MAX, &v);
	printf("desc max %lu\n", (ulong_t)v);
	if (door_setparam(did, DOOR_PARAM_DATA_MIN, 8) != 0 ||
	    door_setparam(did, DOOR_PARAM_DATA_MAX, 32) != 0)
		perror("door_setparam");
	try(did, 7);
	try(did, 8);
	try(did, 32);
	try(did, 33);
	if (door_setparam(did, DOOR_PARAM_DATA_MIN, 33) < 0)
		printf("min above max: %s\n",
		    errno == EINVAL ? "EINVAL" : "another error");
	if (door_setparam(did, DOOR_PARAM_DESC_MAX, 1) < 0)
		printf("it refuses descriptors: %s\n",
		    errno == ENOTSUP ? "ENOTSUP" : "another error");
	return (0);
}
