/*
 * The server exits in the middle of a call.
 */
#include <stdio.h>
#include <stdlib.h>
#include <fcntl.h>
#include <unistd.h>
#include <errno.h>
#include <sys/wait.h>
#include <stropts.h>
#include <door.h>

static void
proc(void *cookie, char *argp, size_t asize, door_desc_t *dp, uint_t nd)
{
	if (asize > 0)
		_exit(3);
	door_return(NULL, 0, NULL, 0);
}

int
main(void)
{
	int		p[2], fd, status;
	char		c;
	door_arg_t	arg = { 0 };
	door_info_t	info;

	pipe(p);
	if (fork() == 0) {
		int	did = door_create(proc, NULL, 0);

		close(creat("door", 0600));
		if (fattach(did, "door") != 0)
			perror("fattach");
		write(p[1], "", 1);
		for (;;)
			pause();
	}
	read(p[0], &c, 1);
	fd = open("door", O_RDONLY);
	printf("first: %d\n", door_call(fd, NULL));
	arg.data_ptr = "die";
	arg.data_size = 4;
	printf("second: %d", door_call(fd, &arg));
	printf(" %s\n", errno == EINTR ? "EINTR" : "another error");
	wait(&status);
	printf("server: %d\n", WEXITSTATUS(status));
	printf("third: %d", door_call(fd, NULL));
	printf(" %s\n", errno == EBADF ? "EBADF" : "another error");
	if (door_info(fd, &info) == 0)
		printf("target: %d\n", (int)info.di_target);
	return (0);
}
