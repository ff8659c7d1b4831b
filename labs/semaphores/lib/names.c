/*
 * names.c - the System V keys and the POSIX names of the sets.
 */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>

#include "set.h"

#define NAME_LENGTH 200 /* the most bytes of NAME: what we add must fit, too */

key_t
key_of(const char *file, enum role role)
{
	key_t key = ftok(file, role == ROOM ? 'R' : 'F');

	if (key == -1)
		err(1, "%s", file);
	return key;
}

/*
 * "/NAME.room" or "/NAME.fork3". A slash in front and no other is what every
 * system understands. The text is valid until the next call.
 */
const char *
name_of(const char *name, enum role role, int i)
{
	static char text[NAME_LENGTH + 16];

	if (name[0] != '/' || name[1] == '\0' || strchr(name + 1, '/') != NULL)
		errx(2, "not a name, one slash and no other: '%s'", name);
	if (strlen(name) > NAME_LENGTH)
		errx(2, "a name of more than %d bytes", NAME_LENGTH);
	if (role == ROOM)
		snprintf(text, sizeof(text), "%s.room", name);
	else
		snprintf(text, sizeof(text), "%s.fork%d", name, i);
	return text;
}
