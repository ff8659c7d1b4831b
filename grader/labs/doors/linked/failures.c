/*
 * What door_call makes of a send or a receive that fails: for the tests of the lab
 * `doors`.
 *
 *	failures unsent|sent closed|other
 *
 * Calls a door of its own, over a connection that it has used before. Each call
 * fails where it is sent (`unsent`), or its result is lost (`sent`), with each
 * error that says that the other side is closed, or with others. Prints what
 * the caller is told, and how often the procedure has run if that is wrong.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"

#define NONE  (-1)
#define TRIES 10 // after which a call that is made again and again is given up

static int door;
static int send_fails = NONE, receive_fails = NONE; // with that errno value
static unsigned n_sent, n_run;

// Shall the message that begins with `header` fail?
static bool
is_to_fail(const void *header, size_t size)
{
	struct header head;

	if (size < sizeof(head) || send_fails == NONE)
		return false;
	memcpy(&head, header, sizeof(head));
	if (head.kind != CALL)
		return false;
	if (++n_sent > TRIES)
		errx(1, "the call is made again and again");
	errno = send_fails;
	return true;
}

// These three in place of the C library's.
ssize_t
sendmsg(int sock, const struct msghdr *msg, int flags)
{
	if (is_to_fail(msg->msg_iov[0].iov_base, msg->msg_iov[0].iov_len))
		return -1;
	return syscall(SYS_sendmsg, sock, msg, flags);
}

ssize_t
send(int sock, const void *data, size_t size, int flags)
{
	if (is_to_fail(data, size))
		return -1;
	return syscall(SYS_sendto, sock, data, size, flags, NULL, 0);
}

ssize_t
recvmsg(int sock, struct msghdr *msg, int flags)
{
	ssize_t n = syscall(SYS_recvmsg, sock, msg, flags);
	struct header head;

	if (n < (ssize_t)sizeof(head) || receive_fails == NONE)
		return n;
	memcpy(&head, msg->msg_iov[0].iov_base, sizeof(head));
	if (head.kind != RESULT)
		return n;
	// The end of the stream is no error: errno is an older one.
	errno = receive_fails == 0 ? ENOMEM : receive_fails;
	return receive_fails == 0 ? 0 : -1;
}

static void
procedure(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	(void)cookie;
	(void)argp;
	(void)size;
	(void)dp;
	(void)n;
	__atomic_fetch_add(&n_run, 1, __ATOMIC_SEQ_CST);
	door_return(NULL, 0, NULL, 0);
}

static int
call(void)
{
	door_arg_t arg = { .data_ptr = (char *)"12", .data_size = 3 };

	return door_call(door, &arg) == 0 ? 0 : errno;
}

static void
try(int problem, bool sent)
{
	unsigned n;
	int told;

	if (call() != 0) // so that there is a connection
		err(1, "door_call");
	n_sent = n_run = 0;
	*(sent ? &receive_fails : &send_fails) = problem;
	told = call();
	send_fails = receive_fails = NONE;
	printf("%s, %s: %s", sent ? "sent" : "unsent",
	       problem == 0 ? "End of the stream" : strerror(problem),
	       told == 0 ? "done" : strerror(told));
	n = __atomic_load_n(&n_run, __ATOMIC_SEQ_CST);
	if (n != sent)
		printf(", and the procedure has run %u times", n);
	puts("");
}

int
main(int argc, char *argv[])
{
	static const int closed[] = { 0, EPIPE, ECONNRESET, ECONNREFUSED,
				      ENOTCONN };
	static const int other[] = { EINTR,  EFAULT,   ENOMEM, ENOBUFS,
				     EAGAIN, EMSGSIZE, EIO };
	bool sent = argc == 3 && strcmp(argv[1], "sent") == 0;

	if (argc != 3)
		errx(2, "usage: failures unsent|sent closed|other");
	door = door_create(procedure, NULL, 0);
	if (door == -1)
		err(1, "door_create");
	if (strcmp(argv[2], "other") == 0) {
		for (size_t i = 0; i < sizeof(other) / sizeof(*other); i++)
			try(other[i], sent);
		return 0;
	}
	// Only a receive finds the end of the stream.
	for (size_t i = sent ? 0 : 1; i < sizeof(closed) / sizeof(*closed); i++)
		try(closed[i], sent);
	return 0;
}
