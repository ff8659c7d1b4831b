/*
 * Whoever closes the last copy of a TCP socket with SO_LINGER sleeps until its
 * data are read, which they never are. Leaves such sockets where the supervisor
 * might be the last: with processes that it looks into, and on their way between
 * two sockets. Then it takes more memory than it may, to see who notices.
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
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PIECE = 16 << 20, FUSE = 160 }; /* 2.5 GiB */

static int
sleepy(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct linger hour = { 1, 3600 };
	socklen_t length = sizeof(to);
	static char data[4096];
	int from = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	int at = socket(AF_INET, SOCK_STREAM, 0);

	if (listen(at, 1) == -1 ||
	    getsockname(at, (struct sockaddr *)&to, &length) == -1)
		return -1;
	connect(from, (struct sockaddr *)&to, length);
	usleep(1000);
	for (int i = 0; i < 4000; i++)
		if (send(from, data, sizeof(data), 0) == -1)
			break;
	setsockopt(from, SOL_SOCKET, SO_LINGER, &hour, sizeof(hour));
	return from;
}

static void
send_away(int over, int fd)
{
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(sizeof(int))];
	} control = { { 0 } };
	struct iovec byte = { "", 1 };
	struct msghdr message = { .msg_iov = &byte,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };

	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	sendmsg(over, &message, MSG_DONTWAIT);
	close(fd);
}

int
main(void)
{
	time_t start = time(NULL);
	int pair[2], n = 0;

	for (int i = 0; i < 4; i++) {
		int fd = sleepy();

		if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0)
			send_away(pair[0], fd);
		if (fork() == 0) {
			char byte;

			fd = sleepy();
			(void)!read(fd, &byte, 1);
			_exit(0);
		}
	}
	for (; n < FUSE && time(NULL) - start < 20; n++) {
		char *piece = mmap(NULL, PIECE, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (piece == MAP_FAILED)
			break;
		memset(piece, 1, PIECE);
	}
	if (n == FUSE)
		puts("breach: 2.5 GiB, and nobody was awake");
	pause();
}
