/*
 * Descriptors on their way through a door: from door_desc_t to what a message
 * carries, and back.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doors.h"

/*
 * Prepares `n` descriptors to be sent. A door whose references are counted is
 * lent: see entrance.c. Returns 0, or -1 with errno: EINVAL if one is not said
 * to be a descriptor, ENOMEM. To be ended by parcel_end. No lock is held.
 */
int
parcel_make(struct parcel *parcel, const door_desc_t *desc, uint_t n)
{
	*parcel = (struct parcel){ .desc = desc };
	if (n == 0)
		return 0;
	parcel->fds = malloc(n * sizeof(int));
	if (parcel->fds == NULL)
		return -1;
	for (; parcel->n < n; parcel->n++) {
		door_desc_t one;

		memcpy(&one, &desc[parcel->n], sizeof(one));
		if (!(one.d_attributes & DOOR_DESCRIPTOR)) {
			parcel_end(parcel, false);
			errno = EINVAL;
			return -1;
		}
		parcel->fds[parcel->n] =
		    entrance_lend(one.d_data.d_desc.d_descriptor);
	}
	return 0;
}

/*
 * Sends `m` over `sock` and with it the descriptors, what does not go into one
 * message over `line` before. Returns 0, or -1 with errno as message_send.
 */
int
parcel_send(const struct parcel *parcel, int sock, int line, struct message *m,
	    int flags)
{
	m->fds = parcel->fds;
	m->n_got = parcel->n;
	if (message_send_cargo(line, m) == 0 &&
	    message_send(sock, m, flags) == 0)
		return 0;
	if (errno == ETOOMANYREFS)
		errno = EMFILE;
	return -1;
}

// If it was sent, the descriptors with DOOR_RELEASE are closed. Keeps errno.
void
parcel_end(struct parcel *parcel, bool sent)
{
	int problem = errno;

	for (uint_t i = 0; i < parcel->n; i++) {
		int fd = parcel->desc[i].d_data.d_desc.d_descriptor;

		if (parcel->fds[i] != fd)
			close(parcel->fds[i]); // it was lent
		if (sent && (parcel->desc[i].d_attributes & DOOR_RELEASE))
			close(fd);
	}
	free(parcel->fds);
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
	if (door_of(fd) != NULL)
		desc->d_attributes |= DOOR_LOCAL;
	pthread_mutex_unlock(&doors_lock);
}
