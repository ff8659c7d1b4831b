/*
 * Fills pipes and socket pairs with bytes that nobody reads, as many as it
 * may open, in many processes.
 *
 * Lab: hello
 * Expect: WRONG TIMEOUT LIMIT HANG
 * Marks: 10
 * Seconds: 120
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES = 20, PIECE = 16384 };

static void
fill(int fd)
{
	static char block[PIECE];

	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (write(fd, block, sizeof(block)) > 0)
		;
}

int
main(void)
{
	int fd[2];

	for (int i = 0; i < PROCESSES; i++)
		if (fork() == 0)
			break;
	while (pipe(fd) == 0) {
		fcntl(fd[1], F_SETPIPE_SZ, 1 << 20);
		fill(fd[1]);
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == 0)
			fill(fd[1]);
	}
	while (wait(NULL) > 0)
		;
	return 3;
}
