/*
 * race, stdio: it calls read(2) and write(2) inside the C library, where no
 * wrapper sees them. So each function that may do so counts as a write to, or a
 * read from, the stream's descriptor.
 */
#define _GNU_SOURCE
#include "streams.h"

#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>

static FILE *
stream(word w)
{
	return (FILE *)w;
}

void
race_put(FILE *f)
{
	/* fflush(NULL) writes all; taken as standard output, the usual one. */
	race_release_file(fileno(f == NULL ? stdout : f));
}

static void
put(const struct call *call)
{
	(void)call;
	race_put(stdout);
}

static void
put_string(const struct call *call)
{
	race_string((const char *)call->a, -1, call->place);
	race_put(stdout);
}

static void
put_string_to(const struct call *call)
{
	race_string((const char *)call->a, -1, call->place);
	race_put(stream(call->b));
}

static void
release_first(const struct call *call)
{
	race_put(stream(call->a));
}

static void
release_second(const struct call *call)
{
	race_put(stream(call->b));
}

static void
before_fwrite(const struct call *call)
{
	race_access((const void *)call->a, call->b * call->c, READ,
		    call->place);
	race_put(stream(call->d));
}

RACE_WRAP(putchar, put, nothing)
RACE_WRAP(puts, put_string, nothing)
RACE_WRAP(fputs, put_string_to, nothing)
RACE_WRAP(fputc, release_second, nothing)
RACE_WRAP(putc, release_second, nothing)
RACE_WRAP(fwrite, before_fwrite, nothing)
RACE_WRAP(fflush, release_first, nothing)

/* Streams that may hold output when the program ends. */
enum { STREAMS = 16 };
static FILE *streams[STREAMS];

static void
remember(const struct call *call)
{
	for (int i = 0; i < STREAMS; i++) {
		if (streams[i] != NULL)
			continue;
		streams[i] = stream(call->result);
		return;
	}
}

static void
forget(const struct call *call)
{
	release_first(call);
	for (int i = 0; i < STREAMS; i++)
		if (streams[i] == stream(call->a))
			streams[i] = NULL;
}

void
race_release_streams(void)
{
	if (__fpending(stdout) > 0)
		race_put(stdout);
	for (int i = 0; i < STREAMS; i++)
		if (streams[i] != NULL && __fpending(streams[i]) > 0)
			race_put(streams[i]);
}

/* For fopen only the name counts: nobody waits for the data of such a file. */
RACE_WRAP(fdopen, nothing, remember)
RACE_WRAP(fclose, forget, nothing)

/* ---- input ---- */

void
race_got(FILE *f)
{
	race_acquire_file(fileno(f));
	if (feof(f))
		race_join_ended(false);
}

static void
got(const struct call *call)
{
	(void)call;
	race_got(stdin);
}

static void
got_from_first(const struct call *call)
{
	race_got(stream(call->a));
}

static void
after_fgets(const struct call *call)
{
	const char *line = (const char *)call->result;

	race_got(stream(call->c));
	if (line != NULL && race_mapping(line) != NULL)
		race_access(line, strlen(line) + 1, WRITE, call->place);
}

static void
after_getline(const struct call *call)
{
	race_got(stream(call->c));
}

static void
after_getdelim(const struct call *call)
{
	race_got(stream(call->d));
}

static void
after_fread(const struct call *call)
{
	race_got(stream(call->d));
	race_access((const void *)call->a, call->b * call->result, WRITE,
		    call->place);
}

RACE_WRAP(getchar, nothing, got)
RACE_WRAP(fgetc, nothing, got_from_first)
RACE_WRAP(getc, nothing, got_from_first)
RACE_WRAP(fgets, nothing, after_fgets)
RACE_WRAP(getline, nothing, after_getline)
RACE_WRAP(getdelim, nothing, after_getdelim)
RACE_WRAP(fread, nothing, after_fread)
