/*
 * The caller's side of a call: it is checked and sent, and its result received.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/socket.h>
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

// Has the server let this connection go? Keeps errno.
static bool
is_let_go(const struct connection *connection)
{
	struct header head = { .kind = CALL };
	int problem = errno;

	// An error of the socket is reported once, before what has arrived.
	if (recv(connection->sock, &head, sizeof(head),
		 MSG_PEEK | MSG_DONTWAIT) == -1 &&
	    errno == ECONNRESET)
		(void)recv(connection->sock, &head, sizeof(head),
			   MSG_PEEK | MSG_DONTWAIT);
	errno = problem;
	return head.kind == LET_GO;
}

/*
 * Something has been sent over `connection` that belongs to a call, which is to
 * follow. The server, having said that it lets a connection go, does not do so
 * if something has come by it. So either it has done so before, and nothing is
 * lost yet: then this returns -1; or it will serve the call: 0.
 */
int
connection_announce(struct connection *connection)
{
	if (is_let_go(connection))
		return -1;
	connection->announced = true;
	return 0;
}

static int
send_descriptors(struct connection *connection, const struct outgoing *outgoing,
		 struct message *m)
{
	if (outgoing->n == 0)
		return 0;
	if (outgoing_send_ahead(outgoing, connection->sock, m) == -1)
		return -1;
	return connection_announce(connection);
}

// Sends a CALL whose data are too large for a message. Returns 0, or -1 with
// errno.
static int
send_large(struct connection *connection, struct message *m)
{
	int result = arguments_send(connection, m);

	if (result == 0 || errno != E2BIG)
		return result;
	m->memory = memory_make(m->data, m->head.size, m->head.size);
	if (m->memory == -1)
		return -1;
	m->head.flags |= IN_MEMORY;
	result = message_send(connection->door->mailbox, m, 0);
	own_close(own(m->memory));
	return result;
}

static int
try_to_send(struct connection *connection, const door_arg_t *arg)
{
	struct message m = { .head = { .kind = CALL,
				       .token = connection->token },
			     .memory = -1 };
	struct outgoing outgoing;
	int result;

	if (arg == NULL) {
		m.head.flags = NO_RESULTS;
		return message_send(connection->door->mailbox, &m, 0);
	}
	m.data = arg->data_ptr;
	m.head.size = arg->data_size;
	if (outgoing_prepare(&outgoing, arg->desc_ptr, arg->desc_num) == -1)
		return -1;
	result = send_descriptors(connection, &outgoing, &m);
	if (result == 0 && m.head.size > INLINE_MAX)
		result = send_large(connection, &m);
	else if (result == 0)
		result = message_send(connection->door->mailbox, &m, 0);
	outgoing_finish(&outgoing, result == 0);
	return result;
}

/*
 * Sends the call. Returns 0, or -1 with errno. From now on the connection is
 * reusable only when the result has been received.
 */
int
send_call(struct connection *connection, const door_arg_t *arg)
{
	connection->arg = arg;
	for (;;) {
		connection->reusable = false;
		connection->announced = connection->let_go = false;
		if (try_to_send(connection, arg) == 0)
			return 0;
		if (errno == ENOTSOCK)
			errno = EBADF; // a file has taken its place
		if (!is_let_go(connection) ||
		    connection_renew(connection) == -1)
			return -1;
	}
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
 * The server says that it has let the connection go. A call that was announced
 * it will answer nevertheless; any other it has not seen, and never will: so it
 * is sent again, over a new connection. Returns 0, or -1 with errno, EBADF if
 * the server has ended.
 */
static int
send_again(struct connection *connection)
{
	connection->let_go = true;
	if (connection->announced)
		return 0;
	if (connection_renew(connection) == 0 &&
	    send_call(connection, connection->arg) == 0)
		return 0;
	if (errno == EPIPE || errno == ECONNRESET || errno == ECONNREFUSED)
		errno = EBADF;
	return -1;
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
		got = message_receive(connection->sock, m, 0);
		if (got == -1 && errno == ECONNRESET && is_let_go(connection))
			continue;
		// A signal handler has forked us, or the program has closed it.
		if (got == -1 && (connection->sock == -1 || errno == EBADF ||
				  errno == ENOTSOCK))
			errno = EINTR;
		if (got != 1)
			return got;
		if (m->head.kind == MORE_FDS)
			continue;
		if (m->head.kind == LET_GO) {
			if (send_again(connection) == -1)
				return -1;
			continue;
		}
		if (acknowledge(connection, m) == 0)
			break;
		// EMFILE: the server will send another result.
		message_drop(m);
		*m = (struct message){ .data = data, .memory = -1 };
	}
	connection->reusable = !connection->let_go;
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
