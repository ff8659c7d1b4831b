/* A child shuts down the socket that it shares with the server. */
#include <err.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	struct sockaddr_un a = { AF_UNIX, "sock" };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (bind(fd, (struct sockaddr *)&a, sizeof a) == -1 ||
	    listen(fd, 5) == -1)
		err(1, "socket");
	if (fork() == 0)
		_exit(shutdown(fd, SHUT_RDWR) == -1);
	wait(NULL);
	while (accept(fd, NULL, NULL) == -1)
		;
	return 0;
}
