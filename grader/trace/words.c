/*
 * What a row says of an event.
 */
#define _GNU_SOURCE
#include "draw.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
	FIRST_OWN = 3,	/* descriptor: those below are the standard ones */
	SHOWN_MOST = 4, /* of one list of descriptors */
};

/* Adds to words. */
static void __attribute__((format(printf, 3, 4)))
add(char *words, size_t size, const char *format, ...)
{
	size_t used = strlen(words);
	va_list values;

	va_start(values, format);
	vsnprintf(words + used, size - used, format, values);
	va_end(values);
}

const char *
name_of(int object)
{
	return object >= 0 && object < nobjects ? objects[object].name : "?";
}

/* "12", "1,000" */
static void
digits(long n, char *text, size_t size)
{
	if (n >= 1000000)
		snprintf(text, size, "%ld,%03ld,%03ld", n / 1000000,
			 n / 1000 % 1000, n % 1000);
	else if (n >= 1000)
		snprintf(text, size, "%ld,%03ld", n / 1000, n % 1000);
	else
		snprintf(text, size, "%ld", n);
}

void
bytes_in_words(long bytes, char *text, size_t size)
{
	digits(bytes, text, size - 3);
	strcat(text, " B");
}

/* What a process can do with it: "read", "write", or nothing, if both. */
static const char *
end_in_words(const char *end)
{
	return strcmp(end, "r") == 0   ? " read end"
	       : strcmp(end, "w") == 0 ? " write end"
				       : "";
}

/* Has this process made the object, or used this end of it at any time? */
static bool
is_used(int who, int object, const char *end)
{
	static const char *const uses[] = { "open",   "pipe",	 "socketpair",
					    "accept", "connect", NULL };
	const bool one_way = strcmp(end, "rw") != 0;

	for (int e = 0; e < nevents; e++) {
		if (events[e].who != who)
			continue;
		if (object_of(e) == object &&
		    ((event_is(e, "read") && !(one_way && *end == 'w')) ||
		     (event_is(e, "write") && !(one_way && *end == 'r'))))
			return true;
		for (int i = 0; uses[i] != NULL; i++)
			if (event_is(e, uses[i]) &&
			    (object_of(e) == object ||
			     number(e, "other") == object ||
			     number(e, "new") == object))
				return true;
	}
	return false;
}

/*
 * "pipe A write end, pipe A read end". With `unused` those only, by their numbers,
 * that a process got from another, never used, and never closed.
 */
static int
files_in_words(int event, bool unused, char *words, size_t size)
{
	const char *files = field(event, "open");
	int fd, object, n, shown = 0;
	char end[4];

	for (; sscanf(files, "%d:%d:%3[rw]%n", &fd, &object, end, &n) == 3;
	     files += n + 1) {
		if (object < nobjects && !objects[object].outside &&
		    !objects[object].hidden &&
		    (!unused || (fd >= FIRST_OWN &&
				 !is_used(events[event].who, object, end)))) {
			if (++shown <= SHOWN_MOST) {
				add(words, size, "%s%s%s",
				    shown > 1 ? ", " : "", name_of(object),
				    end_in_words(end));
				if (unused)
					add(words, size, " (%d)", fd);
			}
		}
		if (files[n] == '\0')
			break;
	}
	if (shown > SHOWN_MOST)
		add(words, size, ", and %d more", shown - SHOWN_MOST);
	return shown;
}

static void
exec_words(int event, char *words, size_t size)
{
	char open[WORDS_BYTES] = "";

	add(words, size, "exec %s", field(event, "name"));
	if (files_in_words(event, true, open, sizeof(open)) > 0)
		add(words, size, "; still has %.300s", open);
}

static void
exit_words(int event, char *words, size_t size)
{
	char open[WORDS_BYTES] = "";

	add(words, size, "exit %s", field(event, "status"));
	if (files_in_words(event, true, open, sizeof(open)) > 0)
		add(words, size, "; left open: %.300s", open);
}

/* Is a read of nothing an end? A message may be empty. */
static bool
ends(int event)
{
	const int object = object_of(event);
	const char *kind = object != NO_OBJECT ? objects[object].kind : "";

	return strcmp(kind, "datagram") != 0 && strcmp(kind, "udp") != 0 &&
	       strcmp(kind, "queue") != 0 && strcmp(kind, "mq") != 0;
}

static void
transfer_words(int event, char *words, size_t size)
{
	const bool in = event_is(event, "read");
	const char *object = name_of(object_of(event));
	const char *with = field(event, "with");

	if (number(event, "bytes") < 0)
		add(words, size, "%s %s fails", in ? "read" : "write", object);
	else if (in && number(event, "bytes") == 0 && ends(event))
		add(words, size, "%s: end of file", object);
	else
		add(words, size, "%s %s", in ? "read" : "write", object);
	if (number(event, "peek") == 1)
		add(words, size, " (it stays there)");
	/* What failed to come has none; the buffer may hold anything. */
	if (number(event, "type") > 0 && !(in && number(event, "bytes") < 0))
		add(words, size, ", type %s", field(event, "type"));
	if (*with != '\0')
		add(words, size, " with %s", with);
}

/* "semaphore 0 -1" of "0:-1,1:+1" */
static void
operations(int event, char *words, size_t size)
{
	const char *ops = field(event, "ops");
	int semaphore, change, n;

	add(words, size, "%s:", name_of(object_of(event)));
	while (sscanf(ops, "%d:%d%n", &semaphore, &change, &n) == 2) {
		add(words, size,
		    change == 0 ? "%s no. %d is 0" : "%s no. %d %+d",
		    ops == field(event, "ops") ? "" : ",", semaphore, change);
		if (ops[n] == '\0')
			break;
		ops += n + 1;
	}
}

static void
signal_words(int event, char *words, size_t size)
{
	const char *does = field(event, "does");

	add(words, size, "%s", field(event, "sig"));
	if (strcmp(does, "handler") == 0)
		add(words, size, " handled");
	else if (strcmp(does, "ends") == 0)
		add(words, size, " ends it");
	else if (strcmp(does, "stops") == 0)
		add(words, size, " %s it",
		    strcmp(field(event, "sig"), "SIGCONT") == 0 ? "resumes"
								: "stops");
	else
		add(words, size, " %s", does);
	if (number(event, "value") > 0)
		add(words, size, ", value %s", field(event, "value"));
}

void
words_of(int e, char *words, size_t size)
{
	const char *object = name_of(object_of(e));

	words[0] = '\0';
	if (event_is(e, "exec"))
		exec_words(e, words, size);
	else if (event_is(e, "exit"))
		exit_words(e, words, size);
	else if (event_is(e, "dead") && *field(e, "signal") != '\0')
		add(words, size, "ended by %s", field(e, "signal"));
	else if (event_is(e, "dead"))
		add(words, size,
		    lanes[events[e].who].thread ? "thread ends" : "ends");
	else if (event_is(e, "pipe"))
		add(words, size, "makes %s", object);
	else if (event_is(e, "socketpair"))
		add(words, size, "makes %s, %s", object,
		    name_of((int)number(e, "other")));
	else if (event_is(e, "close")) {
		add(words, size, "close ");
		files_in_words(e, false, words, size);
	} else if (event_is(e, "dup"))
		add(words, size, "%s = %s%s", field(e, "fd"), object,
		    end_in_words(field(e, "end")));
	else if (event_is(e, "open"))
		add(words, size, "open %s%s", object,
		    end_in_words(field(e, "end")));
	else if (event_is(e, "get"))
		add(words, size, "open %s", object);
	else if (event_is(e, "shutdown"))
		add(words, size, "shutdown %s", object);
	else if (event_is(e, "connect"))
		add(words, size, "connect %s %s", object, field(e, "name"));
	else if (event_is(e, "accept"))
		add(words, size, "accept: %s", name_of((int)number(e, "new")));
	else if (event_is(e, "read") || event_is(e, "write"))
		transfer_words(e, words, size);
	else if (event_is(e, "kill"))
		add(words, size, "kill %s%s", field(e, "sig"),
		    number(e, "result") < 0 ? " fails"
		    : events[e].lost	    ? ": is pending already"
					    : "");
	else if (event_is(e, "signal"))
		signal_words(e, words, size);
	else if (event_is(e, "wait") && number(e, "child") >= 0)
		add(words, size, "wait: %s", lanes[number(e, "child")].name);
	else if (event_is(e, "semop"))
		operations(e, words, size);
	else if (event_is(e, "semset"))
		add(words, size,
		    number(e, "sem") >= 0 ? "%s: no. %ld = %ld" : "%s: all set",
		    object, number(e, "sem"), number(e, "value"));
	else if (event_is(e, "map") || event_is(e, "unmap"))
		add(words, size, "%ss %s", events[e].what, object);
	else if (event_is(e, "timer") && number(e, "seconds") > 0)
		add(words, size, "%s, %s s", field(e, "call"),
		    field(e, "seconds"));
	else if (event_is(e, "timer"))
		add(words, size, "%s", field(e, "call"));
	else if (event_is(e, "woken"))
		add(words, size, "%s", object);
}

/* All that stands beside a row: what, how much, its number, how often. */
void
row_words(const struct row *row, char *words, size_t size)
{
	char amount[LABEL_BYTES];

	words[0] = '\0';
	add(words, size, "%s", row->words);
	if (row->times > 1 && !row->head && row->inside != REPEATED) {
		digits(row->times, amount, sizeof(amount));
		add(words, size, ", x %s", amount);
	}
	if (row->bytes > 0 && row->from == NOBODY) {
		bytes_in_words(row->bytes, amount, sizeof(amount));
		add(words, size, "%s%s",
		    row->words[0] == '\0'			? ""
		    : row->times > 1 && row->inside != REPEATED ? " = "
								: ", ",
		    amount);
	}
	if (row->number != 0) {
		add(words, size, " (%d", row->number);
		if (row->number_last > row->number)
			add(words, size, "-%d", row->number_last);
		add(words, size, ")");
	}
	if (row->unsure)
		add(words, size, " ?");
}
