/* The server reads to the end, and the client waits for its answer. */
#include <err.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

int
main(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t size = sizeof a;
	char text[16];
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(listener, (struct sockaddr *)&a, size) == -1 ||
	    listen(listener, 1) == -1 ||
	    getsockname(listener, (struct sockaddr *)&a, &size) == -1)
		err(1, "listen");
	if (fork() == 0) {
		int server = accept(listener, NULL, NULL);
		close(listener);
		while (recv(server, text, sizeof text, 0) > 0)
			;
		_exit(send(server, "answer", 6, 0) != 6);
	}
	close(listener);
	int client = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(client, (struct sockaddr *)&a, size) == -1 ||
	    send(client, "question", 8, 0) != 8)
		err(1, "client");
	return recv(client, text, sizeof text, 0) == -1;
}
