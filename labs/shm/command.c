/*
 * command.c - the commands of sysv and posix: what they do with the memory
 * that they get.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

static const struct memory *memory;

/* Ends the program: says why the `attempt` on `name` failed. */
static _Noreturn void
explain(const char *name, const char *attempt)
{
	/* The last two: it went away between one call and the next. */
	if (errno == ENOENT || errno == EIDRM || errno == EINVAL)
		errx(1, "%s: no segment: not created, or removed", name);
	err(1, "%s: %s", name, attempt);
}

/* Attaches the table called `name`. Ends the program when there is none. */
static struct view
attach(const char *name, bool writable)
{
	struct origin origin = memory->identify(name);
	struct segment segment;

	if (memory->attach(name, writable, &segment) == -1)
		explain(name, "attach");
	return table_look(name, origin, segment);
}

static void
detach(const struct segment *segment)
{
	if (memory->detach(segment) == -1)
		err(1, "detach");
}

static void
create(const char *name, uint32_t room)
{
	size_t size = sizeof(struct table) + room * sizeof(float);
	struct origin origin = memory->identify(name);
	struct segment segment;

	if (memory->create(name, size, &segment) == -1) {
		if (errno == EEXIST)
			errx(1, "%s: a segment is there already", name);
		err(1, "%s: create", name);
	}
	table_publish(&segment, room, origin);
	detach(&segment);
	printf("created: room for %u\n", room);
}

/* The number that all of `word` spells. Ends the program if it is not one. */
static float
parse_value(const char *word)
{
	char *end;
	float value = strtof(word, &end);

	/* isfinite: no "nan", no "inf"; and 1e999 has become infinite. */
	if (end == word || *end != '\0' || !isfinite(value))
		errx(2, "not a number: '%s'", word);
	return value;
}

static void
print_values(const struct view *view)
{
	if (view->written == 0)
		printf("nothing written");
	for (uint32_t i = 0; i < view->written; i++)
		printf("%s(%.4f)", i == 0 ? "" : ", ", view->values[i]);
	printf("\n");
}

/*
 * Replaces the values: all, or none when a word is not a number or there is no
 * room. One writer at a time: nothing here keeps two of them apart.
 */
static void
write_values(const char *name, char *const *words, uint32_t count)
{
	struct view view;

	for (uint32_t i = 0; i < count; i++)
		parse_value(words[i]);
	view = attach(name, true);
	if (count > view.room)
		errx(1, "%s: no room for %u values, only for %u", name, count,
		     view.room);
	for (uint32_t i = 0; i < count; i++)
		view.values[i] = parse_value(words[i]);
	view.written = count;
	((struct table *)view.segment.base)->written = count;
	print_values(&view);
	detach(&view.segment);
}

static void
read_values(const char *name)
{
	struct view view = attach(name, false);

	print_values(&view);
	detach(&view.segment);
}

/* Reads again at each line of input: there may be another table by then. */
static void
watch_values(const char *name)
{
	char *line = NULL;
	size_t size = 0;

	printf("ready\n");
	while (fflush(stdout) == 0 && getline(&line, &size, stdin) != -1)
		read_values(name);
	if (ferror(stdin))
		err(1, "standard input");
	free(line);
}

static void
stat_segment(const char *name)
{
	struct view view = attach(name, false);

	printf("size %zu\n", view.segment.size);
	printf("room for %u, written %u\n", view.room, view.written);
	printf("values at offset %ju\n", (uintmax_t)view.offset);
	detach(&view.segment);
}

/* Removes what is called `name`, a table or not. */
static void
destroy(const char *name)
{
	memory->identify(name);
	if (memory->destroy(name) == -1)
		explain(name, "remove");
	printf("removed\n");
}

/* `word` as a count from 1 to ROOM_MAX. Ends the program if it is not one. */
static uint32_t
parse_room(const char *word)
{
	char *end;
	long room = strtol(word, &end, 10);

	if (end == word || *end != '\0' || room < 1 || room > ROOM_MAX)
		errx(2, "not a count from 1 to %d: '%s'", ROOM_MAX, word);
	return (uint32_t)room;
}

int
command_main(int argc, char **argv, const struct memory *mechanism)
{
	const char *name = argc < 3 ? "" : argv[1];
	const char *command = argc < 3 ? "" : argv[2];

	memory = mechanism;
	if (argc == 4 && strcmp(command, "create") == 0)
		create(name, parse_room(argv[3]));
	else if (argc >= 4 && strcmp(command, "write") == 0)
		write_values(name, argv + 3, (uint32_t)argc - 3);
	else if (argc == 3 && strcmp(command, "read") == 0)
		read_values(name);
	else if (argc == 3 && strcmp(command, "watch") == 0)
		watch_values(name);
	else if (argc == 3 && strcmp(command, "stat") == 0)
		stat_segment(name);
	else if (argc == 3 && strcmp(command, "remove") == 0)
		destroy(name);
	else {
		fprintf(stderr,
			"usage: %s %s create N | write V... | read | watch | "
			"stat | remove\n",
			program_invocation_short_name, memory->argument);
		return 2;
	}
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	return 0;
}
