/*
 * Who is calling? The kernel says so, not the caller: SO_PEERCRED tells the
 * effective ids and SO_PEERGROUPS the groups of the process that connected; and
 * in a message with SCM_CREDENTIALS a process may claim only ids that it has.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "cred.h"

void
ids_now(struct ids *ids)
{
	getresuid(&ids->uid[REAL], &ids->uid[EFFECTIVE], &ids->uid[SAVED]);
	getresgid(&ids->gid[REAL], &ids->gid[EFFECTIVE], &ids->gid[SAVED]);
}

union ucred_space {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(struct ucred))];
};

// Sends our real ids, then our saved ids. Returns 0, or -1 with errno.
int
cred_send(int sock)
{
	struct ids ids;

	ids_now(&ids);
	for (int which = REAL; which <= SAVED; which += SAVED - REAL) {
		struct ucred claim = { getpid(), ids.uid[which],
				       ids.gid[which] };
		char byte = 0;
		struct iovec iov = { &byte, 1 };
		union ucred_space control;
		struct msghdr msg = { .msg_iov = &iov,
				      .msg_iovlen = 1,
				      .msg_control = control.bytes,
				      .msg_controllen = sizeof(control) };
		struct cmsghdr *cmsg;

		memset(&control, 0, sizeof(control));
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_CREDENTIALS;
		cmsg->cmsg_len = CMSG_LEN(sizeof(claim));
		memcpy(CMSG_DATA(cmsg), &claim, sizeof(claim));
		if (sendmsg(sock, &msg, MSG_NOSIGNAL) == -1)
			return -1;
	}
	return 0;
}

// What the kernel tells of the process at the other end. NULL with errno on
// failure.
ucred_t *
cred_new(int sock)
{
	struct ucred peer;
	socklen_t length = sizeof(peer);
	ucred_t *cred = calloc(1, sizeof(*cred));

	if (cred == NULL)
		return NULL;
	if (getsockopt(sock, SOL_SOCKET, SO_PEERCRED, &peer, &length) == -1) {
		free(cred);
		return NULL;
	}
	cred->pid = peer.pid;
	cred->ids.uid[EFFECTIVE] = peer.uid;
	cred->ids.gid[EFFECTIVE] = peer.gid;
	length = sizeof(cred->groups);
	if (getsockopt(sock, SOL_SOCKET, SO_PEERGROUPS, cred->groups,
		       &length) == 0)
		cred->n_groups = (int)(length / sizeof(gid_t));
	return cred;
}

/*
 * Receives one of the two messages of cred_send; `saved` tells which. Returns
 * 1, or 0 if there will be none, or -1 with errno.
 */
int
cred_receive(int sock, ucred_t *cred, bool saved)
{
	char byte;
	struct iovec iov = { &byte, 1 };
	union ucred_space control;
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control.bytes,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *cmsg;
	struct ucred peer;
	ssize_t n = recvmsg(sock, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (n <= 0)
		return (int)n;
	cmsg = CMSG_FIRSTHDR(&msg);
	if (cmsg == NULL || cmsg->cmsg_type != SCM_CREDENTIALS)
		return 0;
	memcpy(&peer, CMSG_DATA(cmsg), sizeof(peer));
	cred->ids.uid[saved ? SAVED : REAL] = peer.uid;
	cred->ids.gid[saved ? SAVED : REAL] = peer.gid;
	return 1;
}

// The credentials of the caller of the present call. NULL with errno EINVAL if
// there is no call.
static const ucred_t *
caller_cred(void)
{
	struct server_thread *self = server_thread_self();

	if (self->caller == NULL || (self->flags & NOTICE)) {
		errno = EINVAL;
		return NULL;
	}
	return self->caller->cred;
}

// *info is NULL, or a ucred_t that is used again.
int
door_ucred(ucred_t **info)
{
	const ucred_t *cred = caller_cred();

	if (cred == NULL)
		return -1;
	if (*info == NULL)
		*info = malloc(sizeof(**info));
	if (*info == NULL) {
		errno = EAGAIN;
		return -1;
	}
	**info = *cred;
	return 0;
}

int
door_cred(door_cred_t *info)
{
	const ucred_t *cred = caller_cred();

	if (cred == NULL)
		return -1;
	*info = (door_cred_t){ .dc_euid = cred->ids.uid[EFFECTIVE],
			       .dc_egid = cred->ids.gid[EFFECTIVE],
			       .dc_ruid = cred->ids.uid[REAL],
			       .dc_rgid = cred->ids.gid[REAL],
			       .dc_pid = cred->pid };
	return 0;
}
