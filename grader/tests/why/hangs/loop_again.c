/* Asks a non-blocking socket again and again, with a short sleep. */
#include <err.h>
#include <sys/socket.h>
#include <unistd.h>

int
main(void)
{
	int fd[2];
	char c;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd) == -1)
		err(1, "socketpair");
	while (recv(fd[0], &c, 1, 0) == -1)
		usleep(1000);
	return 0;
}
