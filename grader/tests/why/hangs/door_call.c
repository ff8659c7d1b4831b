/*
 * A caller of a door whose server never answers: what the lab `doors` makes of
 * door_call, with its time limit of years.
 */
#define _GNU_SOURCE
#include <err.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

int
main(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	struct sockaddr *at = (struct sockaddr *)&a;
	struct timeval years = { .tv_sec = 1 << 30 };
	memcpy(a.sun_path, "\0door/1/2", 9);
	int s = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	if (s == -1 || bind(s, at, sizeof(sa_family_t) + 9) == -1 ||
	    listen(s, 5) == -1)
		err(1, "listen");
	int c = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	if (c == -1 || connect(c, at, sizeof(sa_family_t) + 9) == -1 ||
	    accept(s, NULL, NULL) == -1)
		err(1, "connect");
	char byte;
	if (setsockopt(c, SOL_SOCKET, SO_RCVTIMEO, &years, sizeof years) == -1)
		err(1, "setsockopt");
	if (recv(c, &byte, 1, 0) == -1)
		err(1, "recv");
	return 0;
}
