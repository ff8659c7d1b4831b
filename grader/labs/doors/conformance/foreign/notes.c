/*
 * Server and client through a name in the file system.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <stdio.h>
#include <stdlib.h>
#include <signal.h>
#include <unistd.h>
#include <fcntl.h>
#include <stropts.h>
#include <door.h>

#define	PATH	"./square_door"

static void
servproc(void *cookie, char *dataptr, size_t datasize, door_desc_t *descptr,
    uint_t ndesc)
{
	long	arg, result;

	arg = *((long *)dataptr);
	result = arg * arg;
	door_return((char *)&result, sizeof (result), NULL, 0);
}

static void
server(int ready)
{
	int	doorfd, tempfd;

	doorfd = door_create(servproc, NULL, 0);
	unlink(PATH);
	tempfd = open(PATH, O_CREAT | O_EXCL | O_RDWR, 0644);
	close(tempfd);
	if (fattach(doorfd, PATH) < 0) {
		perror("fattach");
		exit(1);
	}
	write(ready, "", 1);
	for (;;)
		pause();
}

int
main(void)
{
	int		fd, ready[2], i;
	long		ival, oval;
	char		c;
	door_arg_t	arg;
	struct stat	st;
	pid_t		pid;

	pipe(ready);
	if ((pid = fork()) == 0)
		server(ready[1]);
	read(ready[0], &c, 1);

	fd = open(PATH, O_RDWR);
	if (fd < 0) {
		perror(PATH);
		return (1);
	}
	fstat(fd, &st);
	printf("%s a door\n", S_ISDOOR(st.st_mode) ? "is" : "is not");
	for (i = 1; i <= 3; i++) {
		ival = i * 11;
		arg.data_ptr = (char *)&ival;
		arg.data_size = sizeof (long);
		arg.desc_ptr = NULL;
		arg.desc_num = 0;
		arg.rbuf = (char *)&oval;
		arg.rsize = sizeof (long);
		if (door_call(fd, &arg) < 0) {
			perror("door_call");
			return (1);
		}
		printf("result: %ld\n", oval);
	}
	fdetach(PATH);
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
	if (door_call(fd, &arg) < 0)
		perror("after the end");
	return (0);
}
