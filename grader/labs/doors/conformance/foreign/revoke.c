/*
 * A door that is taken back.
 */
#include <stdio.h>
#include <unistd.h>
#include <errno.h>
#include <sys/wait.h>
#include <door.h>

static void
proc(void *cookie, char *argp, size_t asize, door_desc_t *dp, uint_t nd)
{
	door_return(NULL, 0, NULL, 0);
}

int
main(void)
{
	int	did = door_create(proc, NULL, 0);
	int	copy = dup(did);

	if (fork() == 0) {
		if (door_revoke(did) == -1)
			perror("child");
		_exit(0);
	}
	wait(NULL);
	printf("call: %d\n", door_call(did, NULL));
	printf("revoke: %d\n", door_revoke(did));
	printf("call: %d", door_call(copy, NULL));
	printf(" %s\n", errno == EBADF ? "EBADF" : "another error");
	printf("again: %d", door_revoke(did));
	printf(" %s\n", errno == EBADF ? "EBADF" : "another error");
	return (0);
}
