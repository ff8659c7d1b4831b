/* Edge-triggered: of two clients that come at once, one is accepted. */
#include <err.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int
main(void)
{
	struct sockaddr_un a = { AF_UNIX, "sock" };
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	int set = epoll_create1(0), server = socket(AF_UNIX, SOCK_STREAM, 0);

	if (bind(server, (struct sockaddr *)&a, sizeof a) == -1 ||
	    listen(server, 5) == -1)
		err(1, "listen");
	for (int i = 0; i < 2; i++)
		if (connect(socket(AF_UNIX, SOCK_STREAM, 0),
			    (struct sockaddr *)&a, sizeof a) == -1)
			err(1, "connect");
	epoll_ctl(set, EPOLL_CTL_ADD, server, &event);
	while (epoll_wait(set, &event, 1, -1) == 1)
		accept(server, NULL, NULL);
	return 0;
}
