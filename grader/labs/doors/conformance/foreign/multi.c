/*
 * DOOR_UNREF_MULTI: a notice for each client that was the last.
 */
#include <stdio.h>
#include <stdlib.h>
#include <fcntl.h>
#include <unistd.h>
#include <sys/wait.h>
#include <stropts.h>
#include <door.h>

static int	p[2];

static void
proc(void *cookie, char *argp, size_t asize, door_desc_t *dp, uint_t nd)
{
	if (argp == DOOR_UNREF_DATA)
		write(p[1], "", 1);
	door_return(NULL, 0, NULL, 0);
}

int
main(void)
{
	int	did, i, fd;
	char	c;

	pipe(p);
	did = door_create(proc, NULL, DOOR_UNREF_MULTI);
	for (i = 1; i <= 3; i++) {
		if (fork() == 0) {
			_exit(door_call(did, NULL) == 0 ? 0 : 1);
		}
		wait(NULL);
		read(p[0], &c, 1);
		printf("notice %d\n", i);
	}
	return (0);
}
