/*
 * The bytes that calls have moved, from the file beside that of the events.
 */
#define _GNU_SOURCE
#include "draw.h"

#include <stdlib.h>
#include <string.h>

static char *bytes;
static size_t size;

/* Without that file nothing is known of the bytes, but how many there are. */
void
data_read(const char *path)
{
	FILE *in = fopen(path, "re");
	long end;

	if (in == NULL)
		return;
	if (fseek(in, 0, SEEK_END) == 0 && (end = ftell(in)) > 0 &&
	    fseek(in, 0, SEEK_SET) == 0 &&
	    (bytes = malloc((size_t)end)) != NULL)
		size = fread(bytes, 1, (size_t)end, in);
	fclose(in);
}

/*
 * How many of n bytes are the same: those of one event from `from` on, and those of
 * the other from `at` on. -1: not known.
 */
long
alike_for(int event, long from, int other, long at, long n)
{
	long a = number(event, "at"), b = number(other, "at"), same = 0;

	if (a < 0 || b < 0 || a + from + n > (long)size ||
	    b + at + n > (long)size)
		return -1;
	while (same < n && bytes[a + from + same] == bytes[b + at + same])
		same++;
	return same;
}
