/*
 * Descriptors on their way through a door: from door_desc_t to what a message
 * carries, and back.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "library.h"

/*
 * Prepares `n` descriptors to be sent. A door whose references are counted is
 * lent: see endpoint.c. Returns 0, or -1 with errno: EINVAL if one is not said
 * to be a descriptor, ENOMEM. To be ended by outgoing_finish. No lock is held.
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

/*
 * Sends `m` over `sock` and with it the descriptors, what does not go into one
 * message over `connection` before. Returns 0, or -1 with errno as message_send.
 */
int
outgoing_send(const struct outgoing *outgoing, int sock, int connection,
	      struct message *m, int flags)
{
	m->fds = outgoing->fds;
	m->n_got = outgoing->n;
	if (message_send_more(connection, m) == 0 &&
	    message_send(sock, m, flags) == 0)
		return 0;
	if (errno == ETOOMANYREFS)
		errno = EMFILE;
	return -1;
}

// If it was sent, the descriptors with DOOR_RELEASE are closed. Keeps errno.
void
outgoing_finish(struct outgoing *outgoing, bool sent)
{
	int problem = errno;

	for (uint_t i = 0; i < outgoing->n; i++) {
		int fd = outgoing->desc[i].d_data.d_desc.d_descriptor;

		if (outgoing->fds[i] != fd)
			close(outgoing->fds[i]); // it was lent
		if (sent && (outgoing->desc[i].d_attributes & DOOR_RELEASE))
			close(fd);
	}
	free(outgoing->fds);
	errno = problem;
}

// Fills in `desc` for `fd`, a descriptor that was just received.
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
