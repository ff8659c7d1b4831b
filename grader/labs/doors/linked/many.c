/*
 * One call with more descriptors than a message takes (FDS_MAX): for the tests of
 * the lab `doors`.
 *
 *	many N
 *
 * Calls a door of its own with N descriptors, and prints what the procedure got.
 *
 * The box allows too few open files for so many. So only SENT of them are
 * passed. Where the library receives them, it is told of more messages, which
 * hold the same numbers again and again.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "internal.h"

#define SENT	 100
#define MOST	 10000
#define TEXT_MAX 80

static uint_t n_all;
static uint_t n_told;	     // of them; the next has number n_told
static int came[SENT];	     // the numbers of those that were received
static int repeat_from = -1; // the socket from which they have just come

// The numbers once more, as a message that nobody has sent.
static ssize_t
say_again(struct msghdr *msg)
{
	uint_t left = n_all - n_told;
	struct header head = { .kind = MORE_FDS,
			       .n_fds = (uint16_t)(left < FDS_MAX ? left
								  : FDS_MAX) };
	size_t bytes = head.n_fds * sizeof(int);
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(msg);

	memcpy(msg->msg_iov[0].iov_base, &head, sizeof(head));
	memset(cmsg, 0, CMSG_SPACE(bytes));
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(bytes);
	for (size_t i = 0; i < head.n_fds; i++)
		memcpy(CMSG_DATA(cmsg) + i * sizeof(int),
		       &came[n_told++ % SENT], sizeof(int));
	msg->msg_controllen = CMSG_SPACE(bytes);
	msg->msg_flags = 0;
	return sizeof(head);
}

// In place of the C library's, for lib/receive.c.
ssize_t
recvmsg(int sock, struct msghdr *msg, int flags)
{
	static ssize_t (*receive)(int, struct msghdr *, int);
	struct header head;
	ssize_t n;

	if (sock == repeat_from) {
		n = say_again(msg);
		if (n_told == n_all)
			repeat_from = -1;
		return n;
	}
	if (receive == NULL) {
		void *next = dlsym(RTLD_NEXT, "recvmsg");

		memcpy(&receive, &next, sizeof(receive));
	}
	n = receive(sock, msg, flags);
	if (n < (ssize_t)sizeof(head))
		return n;
	memcpy(&head, msg->msg_iov[0].iov_base, sizeof(head));
	if (head.kind == CALL && head.n_more == 1) {
		head.n_more += (n_all - SENT + FDS_MAX - 1) / FDS_MAX;
		memcpy(msg->msg_iov[0].iov_base, &head, sizeof(head));
	} else if (head.kind == MORE_FDS && head.n_fds == SENT) {
		memcpy(came, CMSG_DATA(CMSG_FIRSTHDR(msg)), sizeof(came));
		n_told = SENT;
		repeat_from = sock;
	}
	return n;
}

static void
look(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	char text[TEXT_MAX];
	uint_t i = 0;

	(void)cookie;
	(void)argp;
	(void)size;
	while (i < n && dp[i].d_attributes == DOOR_DESCRIPTOR &&
	       dp[i].d_data.d_desc.d_descriptor == came[i % SENT])
		i++;
	snprintf(text, sizeof(text),
		 i == n ? "%u descriptors"
			: "%u descriptors, of which number %u is wrong",
		 n, i);
	door_return(text, strlen(text) + 1, NULL, 0);
}

int
main(int argc, char *argv[])
{
	static door_desc_t desc[SENT];
	char text[TEXT_MAX];
	door_arg_t arg = { .desc_ptr = desc,
			   .desc_num = SENT,
			   .rbuf = text,
			   .rsize = sizeof(text) };
	int door = door_create(look, NULL, 0);

	n_all = argc == 2 ? (uint_t)strtoul(argv[1], NULL, 10) : 0;
	if (n_all <= FDS_MAX || n_all > MOST)
		errx(2, "usage: many N, from %d to %d", FDS_MAX + 1, MOST);
	if (door == -1)
		err(1, "door_create");
	for (size_t i = 0; i < SENT; i++) {
		desc[i].d_attributes = DOOR_DESCRIPTOR;
		desc[i].d_data.d_desc.d_descriptor = STDIN_FILENO;
	}
	if (door_call(door, &arg) == -1)
		err(1, "door_call");
	puts(text);
	return 0;
}
