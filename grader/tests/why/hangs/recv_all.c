/* MSG_WAITALL for 100 bytes, of which 7 are sent. */
#include <err.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	int fd[2];
	char text[100];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1)
		err(1, "socketpair");
	if (fork() == 0) {
		close(fd[1]);
		_exit(recv(fd[0], text, sizeof text, MSG_WAITALL) == -1);
	}
	close(fd[0]);
	if (send(fd[1], "request", 7, 0) != 7)
		err(1, "send");
	wait(NULL);
	return 0;
}
