#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int
main(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	int client = socket(AF_INET, SOCK_STREAM, 0);
	char text[16] = "";

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(listener, (struct sockaddr *)&at, len) == -1 ||
	    listen(listener, 1) == -1 ||
	    getsockname(listener, (struct sockaddr *)&at, &len) == -1)
		err(1, "listen");
	printf("connect: %d\n", connect(client, (struct sockaddr *)&at, len));
	printf("send: %zd\n", send(client, "hello", 5, 0));
	close(client);

	int fd = accept(listener, NULL, NULL);
	printf("accept: %s\n", fd == -1 ? "failed" : "yes");
	printf("recv: %zd, %s\n", recv(fd, text, 5, 0), text);
	printf("recv: %zd\n", recv(fd, text, 5, 0));
	return 0;
}
