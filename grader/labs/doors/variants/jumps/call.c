/*
 * door_call: the arguments go to the door's server as one message, and the
 * thread sleeps until another brings the results.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "library.h"

/*
 * Gap 5: a call has failed between us and the server. `problem` is 0 if a read
 * found the connection closed, else the errno value of what failed; `sent` says
 * whether the call had been sent before that.
 *
 * Returns what door_call shall set errno to: EBADF if there is no server any
 * more that could do the call; EINTR if the server died with the call in its
 * hands; the problem itself if it is no news of the server.
 * Trap: EINTR says "it may have been done, or half done", EBADF "it was not
 * done". Whoever mistakes one for the other does it twice, or never.
 */
static int
call_error(int problem, bool sent)
{
	switch (problem) {
	case 0:
	case EPIPE:
	case ECONNRESET:
	case ECONNREFUSED:
	case ENOTCONN:
		problem = sent ? EINTR : EBADF;
	}
	return problem;
}

// Returns 0, or -1 with errno.
static int
send_call(struct connection *connection, const door_arg_t *arg)
{
	struct message m = { .head = { .kind = CALL, .token = connection->token },
			     .memory = -1 };
	struct outgoing outgoing;
	int mailbox = connection->door->mailbox;
	int result, problem;

	if (arg == NULL) {
		m.head.flags = NO_RESULTS;
		return message_send(mailbox, &m, 0);
	}
	m.data = arg->data_ptr;
	m.head.size = arg->data_size;
	if (m.head.size > INLINE_MAX) {
		m.memory = memory_make(m.data, m.head.size, m.head.size);
		if (m.memory == -1)
			return -1;
		m.head.flags = IN_MEMORY;
	}
	result = outgoing_prepare(&outgoing, arg->desc_ptr, arg->desc_num);
	if (result == 0) {
		result = outgoing_send(&outgoing, mailbox, connection->sock, &m, 0);
		outgoing_finish(&outgoing, result == 0);
	}
	problem = errno;
	if (m.memory != -1)
		close(m.memory);
	errno = problem;
	return result;
}

// Waits for the result. Returns 0 or an errno value; *over says whether the
// connection is ready for another call.
static int
await_result(struct connection *connection, door_arg_t *arg, bool *over)
{
	char data[INLINE_MAX] __attribute__((aligned(16)));

	*over = false;
	for (;;) {
		struct message m = { .data = data, .memory = -1 };
		int got, problem;

		do
			got = message_receive(connection->sock, &m, 0);
		while (got == 1 && m.head.kind == MORE_FDS);
		problem = got == -1 ? errno : 0;

		if (got != 1) {
			message_drop(&m);
			return call_error(problem, true);
		}
		problem = acknowledge(connection, &m);
		if (problem == EMFILE) {
			message_drop(&m);
			continue; // the server will return something else
		}
		if (problem == 0)
			problem = take_result(&m, arg);
		message_drop(&m);
		*over = true;
		return problem;
	}
}

static void
cancelled(void *connection)
{
	connection_close(connection);
}

/*
 * One call over one connection. Returns 0 or an errno value; *over: the connection is ready
 * for another call; *again: it was of no use before the call was sent, so that
 * another may be tried.
 *
 * Never inlined: pthread_cleanup_push calls setjmp, after which a function's
 * variables are not what they seem.
 */
static __attribute__((noinline)) int
try_call(struct connection *connection, door_arg_t *arg, bool *over, bool *again)
{
	size_t size = arg == NULL ? 0 : arg->data_size;
	uint_t n_desc = arg == NULL ? 0 : arg->desc_num;
	int problem =
	    check_call(connection->door->status, connection->door->about.id, size, n_desc);

	*over = *again = false;
	if (problem == EBADF) {
		*again = !connection->fresh;
	} else if (problem != 0) {
		*over = true; // nothing has been sent
	} else if (send_call(connection, arg) == -1) {
		problem = call_error(errno, false);
		*again = !connection->fresh && problem == EBADF;
	} else {
		problem = await_result(connection, arg, over);
	}
	return problem;
}

static int
call_over(struct connection *connection, door_arg_t *arg, bool *again)
{
	bool over;
	int problem;

	pthread_cleanup_push(cancelled, connection);
	problem = try_call(connection, arg, &over, again);
	pthread_cleanup_pop(0);
	if (over)
		connection_put(connection);
	else
		connection_close(connection);
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
