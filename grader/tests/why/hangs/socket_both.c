/* Both sides of a packet socket wait for the other. */
#define _GNU_SOURCE
#include <err.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	int s[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s) == -1)
		err(1, "socketpair");
	pid_t child = fork();
	if (child == -1)
		err(1, "fork");
	char c;
	close(s[child != 0]);
	if (recv(s[child == 0], &c, 1, 0) == -1)
		err(1, "recv");
	return 0;
}
