/*
 * door_call: the arguments go to the server of the door as one message, and the
 * thread sleeps until the results come back.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>

#include "internal.h"

// Does this errno value, or 0 for the end of a stream, say that the other side
// is closed?
static bool
is_closed(int problem)
{
	return problem == 0 || problem == EPIPE || problem == ECONNRESET ||
	       problem == ECONNREFUSED || problem == ENOTCONN;
}

/*
 * Gap 5: a call has failed. `problem` is the errno value of the send or receive
 * that failed, or 0 if a receive found the connection closed; `sent` says
 * whether the call itself had been sent before that.
 *
 * Returns what door_call sets errno to. If the other side is closed (see
 * is_closed): EINTR if the call may have been done, in full or in part; EBADF
 * if it was not done. Any other problem says nothing about the server, and is
 * returned unchanged, whether the call had been sent or not.
 * Trap: a program that is told EBADF instead of EINTR does it twice; one that
 * is told EINTR instead of EBADF may never do it.
 */
static int
call_error(int problem, bool sent)
{
	// BEGIN SOLUTION 5
	if (!is_closed(problem))
		return problem;
	return sent ? EINTR : EBADF;
	// STUB (void)problem;
	// STUB (void)sent;
	// STUB (void)is_closed;
	// STUB return ENOSYS;
	// END SOLUTION 5
}

/*
 * Makes one call over `connection`. Returns 0 or an errno value. *again: the
 * connection was kept from an earlier call, and turned out to be dead before
 * this call was sent; so it is worth trying a new one.
 *
 * Never inlined: pthread_cleanup_push, in call_over, calls setjmp, after which
 * the variables of that function may have old values.
 */
static __attribute__((noinline)) int
try_call(struct connection *connection, door_arg_t *arg, bool *again)
{
	char data[INLINE_MAX] __attribute__((aligned(16)));
	struct message m = { .data = data, .memory = -1 };
	int problem, got;

	*again = false;
	problem = check_call(connection, arg);
	if (problem == 0 && send_call(connection, arg) == -1)
		problem = call_error(errno, false);
	if (problem != 0) {
		*again = problem == EBADF && !connection_is_new(connection);
		return problem;
	}
	got = receive_result(connection, &m);
	if (got == 1)
		problem = take_result(&m, arg);
	else
		problem = call_error(got == -1 ? errno : 0, true);
	message_drop(&m);
	return problem;
}

static int
call_over(struct connection *connection, door_arg_t *arg, bool *again)
{
	int problem;

	pthread_cleanup_push(connection_put, connection);
	problem = try_call(connection, arg, again);
	pthread_cleanup_pop(1);
	return problem;
}

/*
 * Calls the door that `fd` refers to; see door_call(3C). Returns 0, or -1 with
 * errno: EBADF, ENOBUFS, ENOTSUP, ENFILE, EINTR, EINVAL, EFAULT, EMFILE,
 * EOVERFLOW.
 */
int
door_call(int fd, door_arg_t *arg)
{
	for (;;) {
		struct connection *connection = connection_get(fd);
		bool again;
		int problem;

		if (connection == NULL)
			return -1;
		problem = call_over(connection, arg, &again);
		if (again)
			continue;
		errno = problem;
		return problem == 0 ? 0 : -1;
	}
}
