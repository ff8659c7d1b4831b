/*
 * consumer.c - prints what a producer writes into shared memory.
 *
 *	./consumer FILE
 *
 * Makes the segment, prints "ready", and waits for ./producer FILE, in
 * another terminal. The line "end" ends both. Look at main(): the text is
 * printed before the turn is given back, never after.
 */
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>

#include "chat.h"

static void
on_end(int sig)
{
	(void)sig;
	told_to_end = 1;
}

/* Makes the segment, and attaches it. Ends the program when that fails. */
static struct chat *
open_chat(const char *file, int *id)
{
	key_t key = file_key(file, CHAT_PROJECT);
	struct chat *chat;

	*id = shmget(key, sizeof(*chat), IPC_CREAT | IPC_EXCL | SEGMENT_MODE);
	if (*id == -1 && errno == EEXIST)
		errx(1, "%s: a segment is there already: ipcrm -M %#x", file,
		     (unsigned int)key);
	if (*id == -1)
		err(1, "shmget");
	chat = shmat(*id, NULL, 0);
	if (chat == (void *)-1) {
		warn("shmat");
		shmctl(*id, IPC_RMID, NULL);
		exit(1);
	}
	header_publish(&chat->header, CHAT_MAGIC, sizeof(*chat),
		       file_origin(file));
	return chat;
}

/* Waits for a text. If none will come, removes the segment and ends. */
static void
await_text(struct chat *chat, int id)
{
	if (wait_turn(chat, id, CONSUMER) == 0)
		return;
	if (errno == EPIPE)
		warnx("the producer is gone");
	else
		warn("waiting for the producer");
	/* If no producer came, nobody else removes it. */
	shmctl(id, IPC_RMID, NULL);
	exit(1);
}

/* Prints what is in the slot. Returns false when it was "end". */
static bool
take(const struct chat *chat)
{
	uint32_t length = chat->length;

	if (length > TEXT_SIZE)
		errx(1, "the producer sent a length of %u", length);
	if (length == 3 && memcmp(chat->text, "end", 3) == 0)
		return false;
	printf("You wrote: ");
	fwrite(chat->text, 1, length, stdout);
	putchar('\n');
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	return true;
}

int
main(int argc, char **argv)
{
	/* No SA_RESTART: the signal must end a sleep. */
	struct sigaction action = { .sa_handler = on_end };
	struct chat *chat;
	bool more = true;
	int id;

	if (argc != 2) {
		fprintf(stderr, "usage: consumer FILE\n");
		return 2;
	}
	sigemptyset(&action.sa_mask);
	if (sigaction(SIGINT, &action, NULL) == -1 ||
	    sigaction(SIGTERM, &action, NULL) == -1)
		err(1, "sigaction");

	chat = open_chat(argv[1], &id);
	printf("ready\n");
	fflush(stdout);
	while (more) {
		await_text(chat, id);
		more = take(chat);
		give_turn(chat, PRODUCER);
	}
	if (shmdt(chat) == -1)
		err(1, "shmdt");
	return 0;
}
