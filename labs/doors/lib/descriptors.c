/*
 * Passing descriptors: from door_desc_t to what a message carries, and back.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "library.h"

/*
 * Prepares `n` descriptors to be sent. Returns 0, or -1 with errno: EINVAL if
 * one is not marked as DOOR_DESCRIPTOR, ENOMEM. Ends with outgoing_finish.
 * Called without locks.
 */
int
outgoing_prepare(struct outgoing *outgoing, const door_desc_t *desc, uint_t n)
{
	*outgoing = (struct outgoing){ .desc = desc };
	if (n == 0)
		return 0;
	outgoing->fds = malloc(n * sizeof(int));
	if (outgoing->fds == NULL)
		return -1;
	for (; outgoing->n < n; outgoing->n++) {
		door_desc_t one;

		memcpy(&one, &desc[outgoing->n], sizeof(one));
		if (!(one.d_attributes & DOOR_DESCRIPTOR)) {
			outgoing_finish(outgoing, false);
			errno = EINVAL;
			return -1;
		}
		outgoing->fds[outgoing->n] =
		    fd_to_send(one.d_data.d_desc.d_descriptor);
	}
	return 0;
}

static int
sent(int result)
{
	if (result == -1 && errno == ETOOMANYREFS)
		errno = EMFILE;
	return result;
}

/*
 * Sends `m` and the descriptors over `sock`; those that do not fit into one
 * message before that. Returns 0, or -1 with errno as message_send.
 */
int
outgoing_send(const struct outgoing *outgoing, int sock, struct message *m,
	      int flags)
{
	m->fds = outgoing->fds;
	m->n_got = outgoing->n;
	if (sent(message_send_more(sock, m)) == -1)
		return -1;
	return sent(message_send(sock, m, flags));
}

// Sends the descriptors over `sock`, before `m`, in which they are counted, is
// sent elsewhere. Returns as outgoing_send.
int
outgoing_send_ahead(const struct outgoing *outgoing, int sock,
		    struct message *m)
{
	m->fds = outgoing->fds;
	m->n_got = outgoing->n;
	return sent(message_send_ahead(sock, m));
}

// Frees what outgoing_prepare made. If the descriptors were sent, those with
// DOOR_RELEASE are closed. Keeps errno.
void
outgoing_finish(struct outgoing *outgoing, bool sent)
{
	int problem = errno;

	for (uint_t i = 0; i < outgoing->n; i++) {
		int fd = outgoing->desc[i].d_data.d_desc.d_descriptor;

		if (outgoing->fds[i] != fd)
			close(outgoing->fds[i]); // see fd_to_send
		if (sent && (outgoing->desc[i].d_attributes & DOOR_RELEASE))
			close(fd);
	}
	free(outgoing->fds);
	errno = problem;
}

void
describe(int fd, door_desc_t *desc)
{
	struct identity who;

	memset(desc, 0, sizeof(*desc));
	desc->d_attributes = DOOR_DESCRIPTOR;
	desc->d_data.d_desc.d_descriptor = fd;
	if (identify(fd, &who) == -1 || !who.marked)
		return;
	desc->d_attributes |= who.attributes;
	desc->d_data.d_desc.d_id = who.id;
	pthread_mutex_lock(&doors_lock);
	if (door_by_fd(fd) != NULL)
		desc->d_attributes |= DOOR_LOCAL;
	pthread_mutex_unlock(&doors_lock);
}
