/*
 * Notes: what the preloaded checkers tell the supervisor, by a FIFO, a line
 * each. A socket would take more than bytes: whoever closes the last copy of a
 * descriptor that was sent may sleep in that, and here it would be the
 * supervisor.
 *
 * A program can send notes itself. They must not push out those of the checkers,
 * so each checker has room of its own, and what did not fit is said.
 */
#define _GNU_SOURCE
#include "box.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	KEPT = 500,	   /* notes of one checker; more are dropped */
	NOTES_MAX = 20000, /* in all: more, and it is no checker that sends */
	NOTE_BYTES = 512,  /* of one; longer ones are cut */
	CHECKERS = 16,	   /* more than there are */
	AT_ONCE = 16,	   /* times that the FIFO is read: all that it holds */
};

static int fifo = -1;

/*
 * Makes the FIFO, as the file `notes` in the folder of the tools: programs may
 * write to it, but neither read it nor put another in its place. Returns its
 * descriptor, or -1 with errno set.
 */
int
notes_make(const struct box *box)
{
	char path[512];

	rootfs_path(box, "tools/notes", path, sizeof(path));
	if (mkfifo(path, 0600) == -1)
		return -1;
	/* For writing, too: it never comes to an end. */
	fifo = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	if (fifo == -1 || fchmod(fifo, 0222) == -1)
		return -1;
	return fifo;
}

/* How many notes came from one checker. */
static struct {
	char name[24];
	int notes;
} checkers[CHECKERS];

/*
 * Whose note it is, by the word before the first ": "; -1: no checker's; CHECKERS:
 * one more than there are.
 */
static int
checker_of(const char *note)
{
	const char *colon = strstr(note, ": ");
	size_t length = colon == NULL ? 0 : (size_t)(colon - note);
	int i = 0;

	if (length == 0 || length >= sizeof(checkers[0].name) ||
	    strcspn(note, " ") < length)
		return -1;
	for (; i < CHECKERS && checkers[i].name[0] != '\0'; i++)
		if (strncmp(checkers[i].name, note, length) == 0 &&
		    checkers[i].name[length] == '\0')
			return i;
	if (i == CHECKERS)
		return CHECKERS;
	memcpy(checkers[i].name, note, length);
	return i;
}

/* Puts a note into the report; false if it is one too many. */
static int
take(const struct box *box, char *note)
{
	static int all;
	int checker;

	for (char *c = note; *c != '\0'; c++)
		if (!isprint((unsigned char)*c))
			*c = ' ';
	if (*note == '\0')
		return 1;
	if (++all > NOTES_MAX)
		return 0;
	checker = checker_of(note);
	if (checker == -1)
		return 1;
	if (checker == CHECKERS)
		return 0;
	if (++checkers[checker].notes <= KEPT)
		fprintf(box->report, "note %s\n", note);
	else if (checkers[checker].notes == KEPT + 1)
		fprintf(box->report, "drowned %s\n", checkers[checker].name);
	return 1;
}

/*
 * Moves the notes that have come into the report. Returns 0, or -1 if there are
 * more than all checkers together would send.
 */
int
notes_read(const struct box *box)
{
	static char line[NOTE_BYTES];
	static size_t length;
	char piece[4096];
	int good = 1;

	/* Not for ever: a program may send them faster than they are read. */
	for (int i = 0; good && i < AT_ONCE; i++) {
		ssize_t n = read(fifo, piece, sizeof(piece));

		if (n <= 0)
			break;
		for (ssize_t at = 0; at < n && good; at++) {
			if (piece[at] == '\0')
				piece[at] = ' ';
			/* One that is too long counts as several. */
			if (piece[at] != '\n')
				line[length++] = piece[at];
			if (piece[at] == '\n' || length == sizeof(line) - 1) {
				line[length] = '\0';
				good = take(box, line);
				length = 0;
			}
		}
	}
	return good ? 0 : -1;
}
