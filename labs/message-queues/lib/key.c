/*
 * key.c - from a file to a key.
 */
#include <err.h>
#include <sys/ipc.h>

#include "queue.h"

key_t
key_of(const char *file, int project)
{
	key_t key = ftok(file, project);

	if (key == -1)
		err(1, "%s", file);
	return key;
}
