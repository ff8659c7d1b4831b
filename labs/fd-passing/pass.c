/*
 * A descriptor is a number in one process. What sendmsg(2) carries over a UNIX
 * socket beside its bytes, as SCM_RIGHTS, is the open file behind it: the
 * receiver finds a number of its own for it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vault.h"

/*
 * Gap 1: send the int `error` over `sock`, as one message, and with it the open
 * file behind `fd`, if `fd` is not -1. `fd` is closed, whatever comes of it: it
 * is the receiver's now.
 *
 * Returns 0, or -1 with errno set: EPIPE (and no signal) when the other side has
 * closed. Tries again when a signal came.
 * Traps: room for the control message is not its length, and it must be aligned.
 */
int
give(int sock, int error, int fd)
{
	// TODO 1
	(void)sock;
	(void)error;
	if (fd != -1)
		close(fd);
	errno = ENOSYS;
	return -1;
}

/*
 * Gap 1, too: receive one message that give has sent.
 *
 * Returns the descriptor, which is closed on exec, when `error` was 0. Otherwise
 * -1 with errno set: to the `error` that was sent; to ECONNRESET when the other
 * side closed and sent nothing; to EBADMSG when it is no message of give's (not
 * the size of an int; a negative error; an error and a descriptor; no error and
 * not exactly one descriptor). Tries again when a signal came.
 * Trap: whatever is refused may have brought descriptors, which are open here.
 */
int
take(int sock)
{
	// TODO 1
	(void)sock;
	errno = ENOSYS;
	return -1;
}
