/*
 * Notes: what the preloaded checkers tell the supervisor, by a socket.
 */
#define _GNU_SOURCE
#include "box.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	NOTES_MAX = 500,      /* in the report; more are read, and dropped */
	NOTE_BYTES = 512,     /* of one; longer ones are cut */
	NOTES_AT_ONCE = 1000, /* more than the socket's queue holds */
};

/*
 * Makes the socket to which checkers send their notes, one datagram each; its
 * abstract name goes into `name`. Returns it, or -1 with errno set.
 */
int
notes_open(const struct box *box, char name[static 64])
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd == -1)
		return -1;
	/* Abstract names are per network namespace: elsewhere, unique. */
	snprintf(name, 64, "labbox-notes%.40s", box->root);
	for (char *c = name; *c != '\0'; c++)
		if (*c == '/')
			*c = '-';
	memcpy(address.sun_path + 1, name, strlen(name));
	socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
				       1 + strlen(name));
	if (bind(fd, (struct sockaddr *)&address, length) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Moves the notes that have come into the report, a line each. */
void
notes_read(const struct box *box, int fd)
{
	static int count;
	char note[NOTE_BYTES];
	ssize_t n;

	/* Not for ever: a program may send them faster than they are read. */
	for (int i = 0; i < NOTES_AT_ONCE; i++) {
		n = recv(fd, note, sizeof(note) - 1, MSG_DONTWAIT);
		if (n == -1)
			return;
		note[n] = '\0';
		for (char *c = note; *c != '\0'; c++)
			if (!isprint((unsigned char)*c))
				*c = ' ';
		if (count++ < NOTES_MAX)
			fprintf(box->report, "note %s\n", note);
	}
}
