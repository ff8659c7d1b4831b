/* The same, with poll in front of accept. */
#include <err.h>
#include <poll.h>
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
	struct pollfd p = { .fd = fd, .events = POLLIN };
	while (poll(&p, 1, -1) == 1)
		if (!(p.revents & POLLHUP))
			return 0;
	return 0;
}
