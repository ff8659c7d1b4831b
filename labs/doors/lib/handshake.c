/*
 * How a caller gets a connection to a server. It connects to the socket whose
 * name is made from the door, checks that the listening process may have made
 * the door, sends its credentials, and proves that it has a descriptor of the
 * door.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "library.h"

// A receive or send on a socket with a timeout, however long, is never
// restarted after a signal handler: so door_call fails with EINTR.
static void
never_restart(int sock)
{
	struct timeval years = { .tv_sec = 1 << 30 };

	(void)setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &years, sizeof(years));
	(void)setsockopt(sock, SOL_SOCKET, SO_SNDTIMEO, &years, sizeof(years));
}

// The name of the socket is not secret, so another process may have taken that
// of a dead server. Only the owner of the FIFO, or root, can have made it a
// door.
static bool
is_server(int sock, const struct identity *who, struct ucred *peer)
{
	socklen_t length = sizeof(*peer);

	return getsockopt(sock, SOL_SOCKET, SO_PEERCRED, peer, &length) == 0 &&
	       (peer->uid == who->owner || peer->uid == 0);
}

// Sends what the server wants to know of us. Returns 0; 1 if it has closed
// already, having perhaps said why; or -1 with errno.
static int
introduce(int sock, int fd)
{
	struct message hello = {
		.head = { .kind = HELLO }, .fds = &fd, .n_got = 1, .memory = -1
	};

	if (cred_send(sock) == 0 && message_send(sock, &hello, 0) == 0)
		return 0;
	return errno == EPIPE || errno == ECONNRESET ? 1 : -1;
}

// HELLO proves that we have a descriptor of the door; WELCOME describes the
// door, and brings fds[STATUS_TABLE] and fds[MAILBOX].
static int
say_hello(int sock, int fd, struct welcome *welcome, int fds[2])
{
	char data[INLINE_MAX];
	struct message answer = { .data = data, .memory = -1 };
	int closed = introduce(sock, fd);
	int flags = MSG_CMSG_CLOEXEC | (closed == 1 ? MSG_DONTWAIT : 0);
	int got;

	if (closed == -1)
		return -1;
	got = message_receive(sock, &answer, flags);
	if (got == -1 && errno == ECONNRESET) // once, before what has arrived
		got = message_receive(sock, &answer, flags);
	if (got == 1 && answer.head.kind == WELCOME && answer.n_got == 2 &&
	    answer.head.size == sizeof(*welcome)) {
		memcpy(welcome, data, sizeof(*welcome));
		memcpy(fds, answer.fds, 2 * sizeof(int));
		free(answer.fds);
		return 0;
	}
	message_drop(&answer);
	// EMFILE: the server can have no more descriptors.
	if (got == 1 && answer.head.error != 0)
		errno = answer.head.error;
	else if (got == 1 && answer.lost)
		errno = EMFILE;
	else if (got != -1 || closed == 1)
		errno = EBADF; // the server has refused us
	return -1;
}

/*
 * Connects `sock` to the server of the door `fd`, which is `who`. Returns 0 and
 * what the server has answered, or -1 with errno: EBADF if there is no server,
 * or it refuses us; EINTR, EMFILE.
 */
int
connect_to(int sock, int fd, const struct identity *who,
	   struct handshake *handshake)
{
	struct sockaddr_un address;
	socklen_t length = socket_address(who->file, &address);
	struct ucred peer;

	never_restart(sock);
	if (connect(sock, (struct sockaddr *)&address, length) == -1) {
		if (errno == ECONNREFUSED)
			errno = EBADF; // no server listens
		return -1;
	}
	if (!is_server(sock, who, &peer)) {
		errno = EBADF;
		return -1;
	}
	if (say_hello(sock, fd, &handshake->welcome, handshake->fds) == -1) {
		if (errno == EPIPE || errno == ECONNRESET)
			errno = EBADF;
		return -1;
	}
	handshake->server = peer.pid;
	never_restart(handshake->fds[MAILBOX]);
	return 0;
}
