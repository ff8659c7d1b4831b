/*
 * Fills TCP connections that nobody reads. Their memory is bounded for the whole
 * machine: above that, everybody's connections come to a stand.
 *
 * Lab: hello
 * Expect: LIMIT
 * Marks: 10
 * Seconds: 120
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS = 110, PROCESSES = 8 };

static long
fill(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t length = sizeof(to);
	static char data[65536];
	int large = 1 << 22, at = socket(AF_INET, SOCK_STREAM, 0);
	long bytes = 0;

	setsockopt(at, SOL_SOCKET, SO_RCVBUF, &large, sizeof(large));
	if (bind(at, (struct sockaddr *)&to, length) == -1 ||
	    listen(at, CONNECTIONS) == -1 ||
	    getsockname(at, (struct sockaddr *)&to, &length) == -1)
		return 0;
	for (int i = 0; i < CONNECTIONS; i++) {
		int from = socket(AF_INET, SOCK_STREAM, 0);
		ssize_t n;

		setsockopt(from, SOL_SOCKET, SO_SNDBUF, &large, sizeof(large));
		if (connect(from, (struct sockaddr *)&to, length) == -1)
			break;
		while ((n = send(from, data, sizeof(data), MSG_DONTWAIT)) > 0)
			bytes += n;
	}
	return bytes;
}

int
main(void)
{
	for (int i = 0; i < 3; i++)
		fork();
	long bytes = fill();
	sleep(3);
	if (bytes > 64 << 20)
		printf("breach: %ld MiB in one of %d\n", bytes >> 20,
		       PROCESSES);
	return 3;
}
