/*
 * Sockets: what is at the other end. UNIX sockets by sock_diag(7), others in
 * inet_sockets.c. Each question reads the kernel's list again: it is short.
 */
#define _GNU_SOURCE
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "world.h"

/* An address as text: an abstract name starts with '@'. */
static void
unix_name(char *name, size_t max, const char *path, size_t length)
{
	if (length == 0)
		name[0] = '\0';
	else if (path[0] == '\0')
		snprintf(name, max, "@%.*s", (int)(length - 1), path + 1);
	else
		snprintf(name, max, "%.*s", (int)strnlen(path, length), path);
}

/* Sees one socket of the kernel's answer. */
typedef void visit(const struct unix_diag_msg *m, const struct rtattr *a,
		   int size, void *data);

/* Shows every UNIX socket of the network namespace to `f`. */
static bool
each_unix_socket(visit *f, void *data)
{
	struct {
		struct nlmsghdr head;
		struct unix_diag_req body;
	} ask = { { .nlmsg_len = sizeof ask,
		    .nlmsg_type = SOCK_DIAG_BY_FAMILY,
		    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		  { .sdiag_family = AF_UNIX,
		    .udiag_states = ~0U,
		    .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER |
				  UDIAG_SHOW_ICONS | UDIAG_SHOW_RQLEN } };
	/* The kernel never takes long, but the supervisor must not hang. */
	struct timeval limit = { .tv_sec = 1 };
	static char answer[32768] __attribute__((aligned(8)));
	bool done = false, good = true;

	int s = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	if (s == -1)
		return false;
	setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	if (send(s, &ask, sizeof ask, 0) == -1)
		good = false;
	while (good && !done) {
		ssize_t n = recv(s, answer, sizeof answer, 0);
		if (n <= 0)
			good = false;
		struct nlmsghdr *h = (struct nlmsghdr *)answer;
		for (; n > 0 && NLMSG_OK(h, (size_t)n); h = NLMSG_NEXT(h, n)) {
			if (h->nlmsg_type == NLMSG_ERROR)
				good = false;
			if (h->nlmsg_type != SOCK_DIAG_BY_FAMILY) {
				done = true;
				break;
			}
			struct unix_diag_msg *m = NLMSG_DATA(h);
			f(m, (struct rtattr *)(m + 1),
			  (int)(h->nlmsg_len - NLMSG_LENGTH(sizeof *m)), data);
		}
	}
	close(s);
	return good;
}

/* What is looked for, by number or by name, and what was found. */
struct search {
	unsigned long inode;
	const char *wanted;
	bool found;
	struct why_socket *s;
};

static void
compare(const struct unix_diag_msg *m, const struct rtattr *a, int size,
	void *data)
{
	struct search *search = data;
	struct why_socket s = { .inode = m->udiag_ino,
				.local = true,
				.stream = m->udiag_type != SOCK_DGRAM,
				.listening = m->udiag_state == TCP_LISTEN };
	unsigned long listener = 0;

	for (; RTA_OK(a, size); a = RTA_NEXT(a, size)) {
		const uint32_t *word = RTA_DATA(a);
		size_t length = RTA_PAYLOAD(a);
		if (a->rta_type == UNIX_DIAG_NAME)
			unix_name(s.name, sizeof s.name, RTA_DATA(a), length);
		if (a->rta_type == UNIX_DIAG_PEER && length >= sizeof *word)
			s.peer = *word;
		if (a->rta_type == UNIX_DIAG_RQLEN && s.listening) {
			s.waiting = word[0];
			s.backlog = word[1];
		}
		if (a->rta_type == UNIX_DIAG_ICONS)
			for (size_t i = 0; i < length / sizeof *word; i++)
				if (search->inode && word[i] == search->inode)
					listener = s.inode;
	}
	if (listener)
		search->s->listener = listener;
	bool right = search->wanted ? s.name[0] && !s.peer &&
					  strcmp(s.name, search->wanted) == 0
				    : s.inode == search->inode;
	if (!right)
		return;
	s.listener = search->s->listener;
	*search->s = s;
	search->found = true;
}

/*
 * Finds a socket by its inode. A peer that is not accepted yet has no inode:
 * then `peer` is 0, and `listener` is the socket that should accept.
 */
bool
why_socket_of(unsigned long inode, struct why_socket *s)
{
	struct search search = { .inode = inode, .s = s };

	memset(s, 0, sizeof *s);
	if (inode == 0)
		return false;
	if (each_unix_socket(compare, &search) && search.found)
		return true;
	return why_inet_socket_of(inode, s);
}

/* The UNIX socket that is bound to this name, and not a connection of it. */
bool
why_socket_named(const char *name, struct why_socket *s)
{
	struct search search = { .wanted = name, .s = s };

	memset(s, 0, sizeof *s);
	return each_unix_socket(compare, &search) && search.found;
}

/* Reads the UNIX address that a program passed to connect or sendto. */
bool
why_address(pid_t pid, unsigned long address, unsigned long size, char *name,
	    size_t max)
{
	struct sockaddr_un a;
	size_t head = offsetof(struct sockaddr_un, sun_path);

	memset(&a, 0, sizeof a);
	if (size <= head || size > sizeof a ||
	    !why_peek(pid, address, &a, size))
		return false;
	unix_name(name, max, a.sun_path, size - head);
	return a.sun_family == AF_UNIX;
}
