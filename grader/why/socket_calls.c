/*
 * Blocked in a call of the socket interface other than read and write:
 * accept, connect, and datagrams.
 */
#define _GNU_SOURCE
#include <string.h>

#include "world.h"

/* The process that holds this socket; -1: none in the test. */
static int
holder_of(struct why_world *w, unsigned long inode)
{
	for (int i = 0; i < w->files; i++)
		if (w->file[i].type == WHY_SOCKET && w->file[i].inode == inode)
			return w->file[i].process;
	return -1;
}

/* The caller's end of a connection to a door, as the lab `doors` names them? */
static bool
is_call_of_door(const struct why_socket *s)
{
	struct why_socket server;

	return s->name[0] == '\0' && why_socket_of(s->peer, &server) &&
	       strncmp(server.name, "@door/", strlen("@door/")) == 0;
}

/* The lines under a read from, or a write to, a socket. */
void
why_explain_socket(struct why_world *w, const struct why_thread *t,
		   const struct why_file *f, bool reading)
{
	struct why_socket s, to;
	char name[WHY_NAME];

	if (!why_socket_of(f->inode, &s)) {
		why_say(w, "  the kernel does not say what its other end is");
	} else if (s.listening) {
		why_say(w, "  no client connects to it");
		why_advise(w, WHY_GENERAL,
			   "a server waits until a client connects");
	} else if (s.peer) {
		if (reading && is_call_of_door(&s))
			why_advise(w, WHY_SURE,
				   "door_call waits for its result: no server "
				   "thread has taken the call, or the one that "
				   "took it has not called door_return");
		why_explain_ends(w, t, f, reading);
	} else if (s.listener) {
		int server = holder_of(w, s.listener);
		why_say(w, "  the connection is not accepted yet by: %s",
			server == -1 ? "anybody in this test"
				     : why_who(w, server));
		why_advise(w, WHY_LIKELY,
			   "connect succeeds before the server calls accept; "
			   "the server must accept to answer");
	} else if (s.stream) {
		why_say(w, "  its other end is not in this test");
	} else if (reading) {
		why_say(w, "  no datagram has come%s",
			s.name[0]
			    ? ""
			    : "; it has no address that anybody could send to");
		why_explain_other_datagrams(w, f);
		why_advise(w, s.name[0] ? WHY_GENERAL : WHY_LIKELY,
			   s.name[0]
			       ? "no datagram is sent to this address: none "
				 "is sent at all, or it goes to another"
			       : "nobody can send to a datagram socket "
				 "without an address: bind it first");
	} else if (s.local &&
		   why_address(w->process[t->process].pid, t->arg[4], t->arg[5],
			       name, sizeof name) &&
		   why_socket_named(name, &to)) {
		int receiver = holder_of(w, to.inode);
		why_say(w,
			"  the queue of socket \"%s\" is full; it is read "
			"by: %s",
			name,
			receiver == -1 ? "nobody in this test"
				       : why_who(w, receiver));
		why_advise(w, WHY_GENERAL,
			   "the receiver's queue is full, and nobody reads "
			   "from it");
	}
}

void
why_explain_accept(struct why_world *w, const struct why_thread *t)
{
	const struct why_file *f = why_file_of(w, t->process, (int)t->arg[0]);

	why_head(w, t, "is blocked in accept(fd %d = %s)", (int)t->arg[0],
		 f ? why_object(w, f) : "?");
	why_say(w, "  no client connects to it");
	why_advise(w, WHY_GENERAL,
		   "a server waits in accept until a client connects, and "
		   "nobody does");
}

void
why_explain_connect(struct why_world *w, const struct why_thread *t)
{
	char name[WHY_NAME];
	struct why_socket to;

	if (!why_address(w->process[t->process].pid, t->arg[1], t->arg[2], name,
			 sizeof name)) {
		why_head(w, t, "is blocked in connect(fd %d)", (int)t->arg[0]);
		why_advise(w, WHY_GENERAL,
			   "nobody answers at the address; connect gives up "
			   "only after minutes");
		return;
	}
	why_head(w, t, "is blocked in connect(fd %d, \"%s\")", (int)t->arg[0],
		 name);
	if (!why_socket_named(name, &to))
		return;
	int server = holder_of(w, to.inode);
	why_say(w,
		"  the backlog of socket \"%s\" is full (%u wait, limit "
		"%u); it belongs to: %s",
		name, to.waiting, to.backlog,
		server == -1 ? "nobody in this test" : why_who(w, server));
	why_advise(w, WHY_LIKELY,
		   "clients wait in the backlog until the server calls "
		   "accept; this server does not");
}
