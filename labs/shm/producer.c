/*
 * producer.c - sends the lines of its standard input over shared memory.
 *
 *	./producer FILE
 *
 * Start ./consumer FILE first. The line "end" ends both, and so does the end
 * of the input.
 *
 * As soon as it has joined, the producer removes the segment. Both sides go
 * on using it, no third can join, and nothing is left behind, however they
 * end.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>

#include "chat.h"

/* Waits until the slot is ours. Ends the program when it never will be. */
static void
own_slot(struct chat *chat, int id)
{
	if (wait_turn(chat, id, PRODUCER) == 0)
		return;
	if (errno == EPIPE)
		errx(1, "the consumer is gone");
	err(1, "waiting for the consumer");
}

/* Sends a line of at most TEXT_SIZE bytes: first the text, then the turn. */
static void
send_line(struct chat *chat, int id, const char *text, size_t length)
{
	own_slot(chat, id);
	memcpy(chat->text, text, length);
	chat->length = (uint32_t)length;
	give_turn(chat, CONSUMER);
}

/* Attaches the segment of a consumer. Ends the program if there is none. */
static struct chat *
join(const char *file, int *id)
{
	struct shmid_ds ds;
	struct chat *chat;
	enum fault fault;

	*id = shmget(file_key(file, CHAT_PROJECT), 0, 0);
	if (*id == -1 && errno == ENOENT)
		errx(1, "%s: no consumer", file);
	if (*id == -1 || shmctl(*id, IPC_STAT, &ds) == -1)
		err(1, "%s", file);
	chat = shmat(*id, NULL, 0);
	if (chat == (void *)-1)
		err(1, "shmat");
	if (ds.shm_segsz < sizeof(*chat))
		errx(1, "%s: refused: too small for a chat", file);
	fault = header_fault(&chat->header, CHAT_MAGIC, ds.shm_segsz,
			     file_origin(file));
	if (fault != FINE)
		errx(1, "%s: refused: %s", file, fault_text[fault]);
	if (atomic_fetch_add(&chat->producers, 1) > 0)
		errx(1, "%s: another producer is there", file);
	/* Removed while attached: the key is free, the memory stays. */
	if (shmctl(*id, IPC_RMID, NULL) == -1)
		err(1, "shmctl");
	return chat;
}

int
main(int argc, char **argv)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	struct chat *chat;
	int id, status = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: producer FILE\n");
		return 2;
	}
	chat = join(argv[1], &id);

	while ((length = getline(&line, &size, stdin)) != -1) {
		if (line[length - 1] == '\n')
			length--;
		if (length == 3 && memcmp(line, "end", 3) == 0)
			break;
		if (length > TEXT_SIZE) {
			warnx("left out: a line of %zd bytes, more than %d",
			      length, TEXT_SIZE);
			status = 1;
			continue;
		}
		send_line(chat, id, line, (size_t)length);
	}
	if (ferror(stdin))
		err(1, "standard input");
	free(line);
	send_line(chat, id, "end", 3);
	own_slot(chat, id);
	if (shmdt(chat) == -1)
		err(1, "shmdt");
	return status;
}
