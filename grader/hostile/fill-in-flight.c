/*
 * Fills files that have no name and sends them to itself: while they are on
 * their way, no process holds them. The kernel bounds how many that are, by
 * the limit of descriptors, but not how large; the supervisor cannot see them.
 *
 * Lab: hello
 * Expect: LIMIT
 * Marks: 10
 * Seconds: 120
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	BYTES = 32 << 20,
	FUSE = 96
}; /* 3 GiB: three times what a box may have */

static char block[1 << 20];

static int
send_away(int over, int fd)
{
	char space[CMSG_SPACE(sizeof(fd))] = "";
	struct iovec byte = { "", 1 };
	struct msghdr message = { .msg_iov = &byte,
				  .msg_iovlen = 1,
				  .msg_control = space,
				  .msg_controllen = sizeof(space) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	return sendmsg(over, &message, MSG_DONTWAIT) == -1 ? -1 : 0;
}

int
main(void)
{
	int pair[2], n = 0;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
		return 3;
	for (; n < FUSE; n++) {
		int fd = memfd_create("fill", 0);
		if (fd == -1 || send_away(pair[0], fd) == -1)
			break;
		for (int i = 0; i < BYTES >> 20; i++)
			if (write(fd, block, sizeof(block)) == -1)
				break;
		close(fd);
	}
	if (n == FUSE)
		puts("breach: 3 GiB in flight");
	return 3;
}
