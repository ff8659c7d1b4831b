/* The parent keeps the other socket of a pair, and waits. */
#define _GNU_SOURCE
#include <err.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	int s[2];
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, s) == -1)
		err(1, "socketpair");
	pid_t child = fork();
	if (child == -1)
		err(1, "fork");
	char c;
	if (child == 0) {
		close(s[1]);
		if (read(s[0], &c, 1) == -1)
			err(1, "read");
		return 0;
	}
	close(s[0]);
	if (wait(NULL) == -1)
		err(1, "wait");
	return 0;
}
