/*
 * TCP and UDP sockets: what is at the other end, by /proc/net.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

/* "0100007F:1F90" as "127.0.0.1:8080". Of IPv6 only the port. */
static void
inet_name(char *name, size_t max, const char *hex)
{
	struct in_addr address = { 0 };
	char text[INET_ADDRSTRLEN] = "";
	const char *colon = strchr(hex, ':');
	unsigned port = colon ? (unsigned)strtoul(colon + 1, NULL, 16) : 0;

	if (colon - hex == 8) {
		address.s_addr = (in_addr_t)strtoul(hex, NULL, 16);
		inet_ntop(AF_INET, &address, text, sizeof text);
	}
	snprintf(name, max, "%s:%u", text, port);
}

struct inet_line {
	char local[40], remote[40];
	unsigned state, timer;
	unsigned long inode;
};

/*
 * The tables, read once for each snapshot: the kernel takes milliseconds to
 * write one, however short it is. What does not fit is not found.
 */
static const struct {
	const char *path;
	bool stream;
} tables[] = { { "/proc/net/tcp", true },
	       { "/proc/net/tcp6", true },
	       { "/proc/net/udp", false },
	       { "/proc/net/udp6", false } };

enum { TABLES = sizeof tables / sizeof tables[0], LINES = 512 };

static struct inet_line lines[TABLES][LINES];
static int count[TABLES];
static bool loaded[TABLES];

void
why_inet_forget(void)
{
	memset(loaded, 0, sizeof loaded);
}

static void
load(int table)
{
	char text[512];

	if (loaded[table])
		return;
	loaded[table] = true;
	count[table] = 0;
	FILE *f = fopen(tables[table].path, "re");
	if (!f)
		return;
	while (count[table] < LINES && fgets(text, sizeof text, f)) {
		struct inet_line *l = &lines[table][count[table]];
		if (sscanf(text,
			   " %*d: %39s %39s %x %*x:%*x %x:%*x %*x %*u %*u %lu",
			   l->local, l->remote, &l->state, &l->timer,
			   &l->inode) == 5)
			count[table]++;
	}
	fclose(f);
}

/* The port of the address "0100007F:1F90", as text. */
static const char *
port_of(const char *address)
{
	const char *colon = strchr(address, ':');

	return colon ? colon + 1 : "";
}

/*
 * Finds the socket that has the two addresses the other way round, and the
 * one that listens on the port where the connection was made. The field
 * `timer` is 1 while sent data is not acknowledged.
 */
static void
find_peer(int table, const struct inet_line *own, struct why_socket *s)
{
	for (int i = 0; i < count[table]; i++) {
		const struct inet_line *l = &lines[table][i];
		if (strcmp(l->local, own->remote) == 0 &&
		    strcmp(l->remote, own->local) == 0) {
			s->peer = l->inode;
			s->moving |= l->timer == 1;
		}
		if (l->state == TCP_LISTEN &&
		    strcmp(port_of(l->local), port_of(own->remote)) == 0)
			s->listener = l->inode;
	}
}

/* Is a client connecting to this listener? A lost SYN is sent again later. */
static bool
is_called(const struct inet_line *own)
{
	for (int table = 0; table < TABLES; table++) {
		load(table);
		for (int i = 0; tables[table].stream && i < count[table]; i++) {
			const struct inet_line *l = &lines[table][i];
			bool sent = l->state == TCP_SYN_SENT;
			const char *to = sent ? l->remote : l->local;
			if ((sent || l->state == TCP_SYN_RECV) &&
			    strcmp(port_of(to), port_of(own->local)) == 0)
				return true;
		}
	}
	return false;
}

static void
describe(int table, const struct inet_line *own, struct why_socket *s)
{
	bool stream = tables[table].stream;

	*s = (struct why_socket){
		.inode = own->inode,
		.stream = stream,
		.listening = stream && own->state == TCP_LISTEN,
		.moving =
		    own->timer == 1 || (stream && (own->state == TCP_SYN_SENT ||
						   own->state == TCP_SYN_RECV))
	};
	inet_name(s->name, sizeof s->name, own->local);
	if (s->listening)
		s->moving = is_called(own);
	else
		find_peer(table, own, s);
}

/* Finds an internet socket by its inode, as why_socket_of() does. */
bool
why_inet_socket_of(unsigned long inode, struct why_socket *s)
{
	for (int table = 0; table < TABLES; table++) {
		load(table);
		for (int i = 0; i < count[table]; i++)
			if (lines[table][i].inode == inode) {
				describe(table, &lines[table][i], s);
				return true;
			}
	}
	return false;
}

/* Whether the box has no network but its own: no device other than "lo". */
bool
why_only_loopback(void)
{
	char text[4096];
	int devices = 0;

	if (!why_slurp(text, sizeof text, "/proc/net/dev"))
		return false;
	for (char *colon = strchr(text, ':'); colon;
	     colon = strchr(colon + 1, ':'))
		devices++;
	return devices == 1 && strstr(text, " lo:");
}
