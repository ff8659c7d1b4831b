/*
 * Sends its arguments to collect, each one as a datagram.
 *
 *	./post /tmp/box hello '' 'two words'
 *
 * Look at: no connection. Every datagram carries its address.
 */
#define _GNU_SOURCE
#include <err.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "name.h"

int
main(int argc, char *argv[])
{
	struct sockaddr_un addr;
	int sock;

	if (argc < 3)
		errx(2, "usage: post PATH TEXT...");
	if (set_address(&addr, argv[1]) == -1)
		err(1, "path '%s'", argv[1]);
	sock = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (sock == -1)
		err(1, "socket");

	// A datagram goes whole or not at all, so there is nothing left to send
	// after a short count. When the receiver's queue is full, this waits.
	for (int i = 2; i < argc; i++) {
		if (sendto(sock, argv[i], strlen(argv[i]), 0,
			   (struct sockaddr *)&addr, sizeof(addr)) == -1)
			err(1, "path '%s'", argv[1]);
	}
	close(sock);
	return 0;
}
