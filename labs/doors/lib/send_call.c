/*
 * The caller's side of a call: it is checked and sent, and its result received.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <unistd.h>

#include "library.h"

/*
 * May this call be made? Returns 0 or an errno value: EBADF, ENOBUFS, ENOTSUP,
 * ENFILE. `arg` may be NULL, as in all that follows.
 */
int
check_call(struct connection *connection, const door_arg_t *arg)
{
	const struct remote_door *door = connection->door;
	int problem = status_check(door->status, door->about.id,
				   arg == NULL ? 0 : arg->data_size,
				   arg == NULL ? 0 : arg->desc_num);

	if (problem == EBADF)
		connection->reusable = false;
	return problem;
}

// Returns 0, or -1 with errno. From now on the connection is reusable only when
// the result has been received.
int
send_call(struct connection *connection, const door_arg_t *arg)
{
	struct message m = { .head = { .kind = CALL,
				       .token = connection->token },
			     .memory = -1 };
	struct outgoing outgoing;
	int mailbox = connection->door->mailbox;
	int result, problem;

	connection->reusable = false;
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
		result =
		    outgoing_send(&outgoing, mailbox, connection->sock, &m, 0);
		outgoing_finish(&outgoing, result == 0);
	}
	problem = errno;
	if (m.memory != -1)
		close(m.memory);
	errno = problem;
	return result;
}

/*
 * The sender of a result with descriptors or memory waits until it is told that
 * they have arrived. Returns 0, or EMFILE if this process could not have them
 * all.
 */
static int
acknowledge(struct connection *connection, const struct message *m)
{
	struct message ack = { .head = { .kind = ACK,
					 .error = m->lost ? EMFILE : 0 },
			       .memory = -1 };

	if (m->n_got == 0 && !m->lost && !(m->head.flags & IN_MEMORY))
		return 0;
	// A dead server needs none.
	(void)message_send(connection->sock, &ack, MSG_DONTWAIT);
	return ack.head.error;
}

/*
 * Waits for the result of the call that was sent over `connection`; m->data is
 * INLINE_MAX bytes. Returns as message_receive.
 */
int
receive_result(struct connection *connection, struct message *m)
{
	char *data = m->data;
	int got;

	for (;;) {
		do
			got = message_receive(connection->sock, m, 0);
		while (got == 1 && m->head.kind == MORE_FDS);
		if (got != 1)
			return got;
		if (acknowledge(connection, m) == 0)
			break;
		// EMFILE: the server will send another result.
		message_drop(m);
		*m = (struct message){ .data = data, .memory = -1 };
	}
	connection->reusable = true;
	return 1;
}

size_t
round_up(size_t n, size_t unit)
{
	return (n + unit - 1) / unit * unit;
}

// How many bytes results take: data, then descriptors at a multiple of their
// size.
size_t
results_size(size_t size, uint_t n_desc)
{
	if (n_desc > 0)
		size = round_up(size, sizeof(door_desc_t));
	return size + n_desc * sizeof(door_desc_t);
}
