/*
 * command.c - the command line of sysv and posix.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interrupt.h"
#include "queue.h"

static const struct mechanism *queues;
static const char *name;

/* Ends the program: says why the `attempt` failed. */
static _Noreturn void
explain(const char *attempt)
{
	switch (errno) {
	case EEXIST:
		errx(1, "%s: a queue is there already", name);
	case ENOENT:
		errx(1, "%s: no queue: not created, or removed", name);
	case EIDRM:
		errx(1, "%s: the queue was removed", name);
	case ENOMSG:
	case EAGAIN:
		errx(1, "%s: %s", name,
		     strcmp(attempt, "send") == 0 ? "the queue is full"
						  : "no such message is there");
	case E2BIG:
	case EMSGSIZE:
		if (strcmp(attempt, "send") == 0)
			break;
		errx(1, "%s: a message may be longer than %d bytes", name,
		     TEXT_MAX);
	case ENOTSUP:
		errx(1, "%s: such a queue gives the most urgent message only",
		     name);
	case ENOSYS:
		errx(1, "%s: this kernel has no such queues", name);
	}
	err(1, "%s: %s", name, attempt);
}

/* `result`, unless it is -1: then the program ends. */
static int
check(int result, const char *attempt)
{
	if (result == -1)
		explain(attempt);
	return result;
}

/* `word` as a number from `low` to `high`. Ends the program if it is not one. */
static int
parse(const char *word, int low, int high)
{
	char *end;
	long number = strtol(word, &end, 10);

	if (word[0] < '0' || word[0] > '9' || *end != '\0' || number < low ||
	    number > high)
		errx(2, "not a number from %d to %d: '%s'", low, high, word);
	return (int)number;
}

static void
send_text(const char *priority, const char *text, bool wait)
{
	struct message message = { .length = strlen(text) };

	message.priority = (unsigned)parse(priority, 0, PRIORITY_MAX);
	if (message.length > TEXT_MAX)
		errx(2, "more than %d bytes: '%s'", TEXT_MAX, text);
	memcpy(message.text, text, message.length);
	check(queues->send(check(queues->find(name), "find"), &message, wait),
	      "send");
}

static void
print(const struct message *message)
{
	printf("%u ", message->priority);
	fwrite(message->text, 1, message->length, stdout);
	putchar('\n');
}

static void
receive(int priority, bool wait)
{
	struct message message;
	int queue = check(queues->find(name), "find");

	check(queues->receive(queue, priority, &message, wait), "receive");
	print(&message);
}

static void
drain(void)
{
	struct message message;
	int queue = check(queues->find(name), "find");

	while (queues->receive(queue, ANY, &message, false) != -1)
		print(&message);
	if (errno != ENOMSG && errno != EAGAIN)
		explain("receive");
}

static void
state(void)
{
	long messages, room;
	int queue = check(queues->find(name), "find");

	check(queues->state(queue, &messages, &room), "stat");
	printf("messages %ld, room for %ld\n", messages, room);
}

/* Does it. Returns false if there is no such command. */
static bool
run(const char *command, char **words, int count, bool wait)
{
	if (strcmp(command, "send") == 0 && count == 2)
		send_text(words[0], words[1], wait);
	else if (strcmp(command, "receive") == 0 && count == 0)
		receive(ANY, wait);
	else if (strcmp(command, "receive") == 0 && count == 1)
		receive(parse(words[0], 0, PRIORITY_MAX), wait);
	else if (!wait)
		return false;
	else if (strcmp(command, "create") == 0 && count == 1) {
		int room = parse(words[0], 1, ROOM_MAX);

		check(queues->create(name, room), "create");
		printf("created: room for %d\n", room);
	} else if (strcmp(command, "drain") == 0 && count == 0)
		drain();
	else if (strcmp(command, "stat") == 0 && count == 0)
		state();
	else if (strcmp(command, "remove") == 0 && count == 0) {
		check(queues->destroy(name), "remove");
		printf("removed\n");
	} else
		return false;
	return true;
}

int
command_main(int argc, char **argv, const struct mechanism *mechanism)
{
	bool wait = argc < 4 || strcmp(argv[3], "-n") != 0;
	int skip = wait ? 3 : 4;

	catch_signal();
	queues = mechanism;
	name = argc < 2 ? "" : argv[1];
	/* A name of POSIX: what a system does with others differs. */
	if (argc > 2 && strcmp(queues->argument, "NAME") == 0 &&
	    (name[0] != '/' || name[1] == '\0' || strchr(name + 1, '/')))
		errx(2, "not a name, one slash and no other: '%s'", name);
	if (argc < 3 || !run(argv[2], argv + skip, argc - skip, wait)) {
		fprintf(stderr,
			"usage: %s %s create N | send [-n] PRIORITY TEXT | "
			"receive [-n] [PRIORITY] | drain | stat | remove\n",
			program_invocation_short_name, queues->argument);
		return 2;
	}
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	return 0;
}
