/*
 * door_call: the arguments go to the door's server as one message, and the
 * thread sleeps until another brings the results.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "doors.h"

/*
 * Gap 5: a call has failed between us and the server. `problem` is 0 if a read
 * found the line closed, else the errno value of what failed; `sent` says
 * whether the call had been sent before that.
 *
 * Returns what door_call shall set errno to: EBADF if there is no server any
 * more that could do the call; EINTR if the server died with the call in its
 * hands; the problem itself if it is no news of the server.
 * Trap: EINTR says "it may have been done, or half done", EBADF "it was not
 * done". Whoever mistakes one for the other does it twice, or never.
 */
static int
verdict(int problem, bool sent)
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
send_call(struct line *line, const door_arg_t *arg)
{
	struct message m = { .head = { .kind = CALL, .token = line->token },
			     .memory = -1 };
	struct parcel parcel;
	int mailbox = line->door->mailbox;
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
	result = parcel_make(&parcel, arg->desc_ptr, arg->desc_num);
	if (result == 0) {
		result = parcel_send(&parcel, mailbox, line->sock, &m, 0);
		parcel_end(&parcel, result == 0);
	}
	problem = errno;
	if (m.memory != -1)
		close(m.memory);
	errno = problem;
	return result;
}

// Waits for the result. Returns 0 or an errno value; *over says whether the
// line is ready for another call.
static int
await_result(struct line *line, door_arg_t *arg, bool *over)
{
	char data[INLINE_MAX] __attribute__((aligned(16)));

	*over = false;
	for (;;) {
		struct message m = { .data = data, .memory = -1 };
		int got, problem;

		do
			got = message_receive(line->sock, &m, 0);
		while (got == 1 && m.head.kind == CARGO);
		problem = got == -1 ? errno : 0;

		if (got != 1) {
			message_drop(&m);
			return verdict(problem, true);
		}
		problem = answer_result(line, &m);
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
cancelled(void *line)
{
	line_close(line);
}

/*
 * One call over one line. Returns 0 or an errno value; *over: the line is ready
 * for another call; *again: it was of no use before the call was sent, so that
 * another may be tried.
 *
 * Never inlined: pthread_cleanup_push calls setjmp, after which a function's
 * variables are not what they seem.
 */
static __attribute__((noinline)) int
try_call(struct line *line, door_arg_t *arg, bool *over, bool *again)
{
	size_t size = arg == NULL ? 0 : arg->data_size;
	uint_t n_desc = arg == NULL ? 0 : arg->desc_num;
	int problem =
	    check_call(line->door->notice, line->door->about.id, size, n_desc);

	*over = *again = false;
	if (problem == EBADF) {
		*again = !line->fresh;
	} else if (problem != 0) {
		*over = true; // nothing has been sent
	} else if (send_call(line, arg) == -1) {
		problem = verdict(errno, false);
		*again = !line->fresh && problem == EBADF;
	} else {
		problem = await_result(line, arg, over);
	}
	return problem;
}

static int
call_over(struct line *line, door_arg_t *arg, bool *again)
{
	bool over;
	int problem;

	pthread_cleanup_push(cancelled, line);
	problem = try_call(line, arg, &over, again);
	pthread_cleanup_pop(0);
	if (over)
		line_give_back(line);
	else
		line_close(line);
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
		struct line *line = line_take(fd);
		bool again;
		int problem;

		if (line == NULL)
			return -1;
		problem = call_over(line, arg, &again);
		if (again)
			continue;
		errno = problem;
		return problem == 0 ? 0 : -1;
	}
}
