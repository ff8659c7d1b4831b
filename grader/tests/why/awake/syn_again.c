/*
 * accept waits, and so do the clients; but one has asked for a connection when
 * the backlog was full, and the kernel asks again after a second.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CLIENTS = 3 };

int
main(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof a;
	pid_t client[CLIENTS];

	int listener = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(listener, (struct sockaddr *)&a, size) == -1 ||
	    listen(listener, 0) == -1 ||
	    getsockname(listener, (struct sockaddr *)&a, &size) == -1)
		err(1, "listen");
	for (int i = 0; i < CLIENTS; i++) {
		client[i] = fork();
		if (client[i] > 0)
			continue;
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect(fd, (struct sockaddr *)&a, size);
		pause();
		_exit(0);
	}
	usleep(100000); /* more likely a full backlog; no verdict rests on it */
	for (int i = 0; i < 2; i++)
		if (accept(listener, NULL, NULL) == -1)
			err(1, "accept");
	for (int i = 0; i < CLIENTS; i++)
		kill(client[i], SIGKILL);
	while (wait(NULL) > 0)
		;
	return 0;
}
