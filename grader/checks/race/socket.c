/*
 * race, sockets: both ends of a connection are known by one key. accept comes
 * after connect, connect after listen.
 */
#define _GNU_SOURCE
#include "hooks.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* A number for a socket's name; 0 for one without. The host does not count. */
static uint64_t
name_number(const struct sockaddr *address, socklen_t length)
{
	const unsigned char *bytes = (const unsigned char *)address;
	uint64_t number = 0;

	if (address == NULL || length <= sizeof(sa_family_t))
		return 0;
	if (address->sa_family == AF_INET || address->sa_family == AF_INET6)
		return ((const struct sockaddr_in *)address)->sin_port;
	for (socklen_t i = sizeof(sa_family_t); i < length; i++)
		if (bytes[i] != '\0')
			number = number * 31 + bytes[i];
	return number;
}

static uint64_t
name_by(long call, int fd)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);

	if (note_syscall(call, fd, &address, &length) == -1)
		return 0;
	return name_number((struct sockaddr *)&address, length);
}

static void
remember_pair(const struct call *call)
{
	const int *ends = pointer(call->d);
	struct stat one, other;
	struct held held;
	int i;

	if (race_int(call) == -1 || !race_status(ends[0], &one) ||
	    !race_status(ends[1], &other) || !race_lock(&held))
		return;
	i = race_state->pairs++ % PAIRS;
	race_state->pair[i].inode = one.st_ino;
	race_state->pair[i].other = other.st_ino;
	race_unlock(&held);
}

RACE_WRAP(socketpair, nothing, remember_pair)

/* The same for both ends of a socketpair; 0 for other sockets. */
static uint64_t
pair_number(ino_t inode)
{
	for (int i = 0; i < PAIRS; i++)
		if (race_state->pair[i].inode == inode ||
		    race_state->pair[i].other == inode)
			return race_state->pair[i].inode;
	return 0;
}

/*
 * The key is the same at both ends. For a connection: its two names, in any
 * order. For a datagram: the name that it is sent to.
 */
uint64_t
race_socket_key(int fd, ino_t inode, const struct sockaddr *to,
		socklen_t length, bool send)
{
	int type = 0;
	socklen_t size = sizeof(type);
	uint64_t name;

	note_syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_TYPE, &type, &size);
	if (type == SOCK_DGRAM && to != NULL)
		name = name_number(to, length);
	else if (type == SOCK_DGRAM)
		name = name_by(send ? SYS_getpeername : SYS_getsockname, fd);
	else
		name =
		    name_by(SYS_getsockname, fd) + name_by(SYS_getpeername, fd);
	if (name == 0)
		name = pair_number(inode);
	return race_key(SOCKET, name, 0);
}

static uint64_t
destination(const struct call *call)
{
	return race_key(SOCKET, name_number(pointer(call->b), call->c), 0);
}

static void
before_connect(const struct call *call)
{
	race_release(destination(call));
}

static void
after_connect(const struct call *call)
{
	if (race_int(call) == 0)
		race_acquire(destination(call));
}

static void
before_listen(const struct call *call)
{
	race_release(race_key(SOCKET, name_by(SYS_getsockname, call->a), 0));
}

static void
after_accept(const struct call *call)
{
	uint64_t name = name_by(SYS_getsockname, call->a);

	if (race_int(call) != -1 && !race_acquire(race_key(SOCKET, name, 0)))
		race_join_outside();
}

RACE_WRAP(connect, before_connect, after_connect)
RACE_WRAP(listen, before_listen, nothing)
RACE_WRAP(accept, nothing, after_accept)
RACE_WRAP(accept4, nothing, after_accept)
