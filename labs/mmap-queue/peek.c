/*
 * Shows the queue in FILE and the messages that wait in it, and takes none.
 *
 *	./peek FILE
 *
 * Look at: it takes no lock, so that it can also show a queue whose lock is
 * never released. While others work on the queue, what it shows may be a
 * mixture of earlier and later.
 */
#include "queue.h"
#include <err.h>
#include <inttypes.h>
#include <stdio.h>

static void
show(const char *name, sem_t *sem)
{
	int value;

	if (sem_getvalue(sem, &value) == -1)
		err(1, "%s", name);
	printf("%-9s %d\n", name, value);
}

int
main(int argc, char *argv[])
{
	struct queue *q;
	uint64_t sent, received;

	if (argc != 2)
		errx(2, "usage: peek FILE");
	q = queue_open(argv[1]);
	sent = q->sent;
	received = q->received;
	printf("producers %" PRIu32 ": %" PRIu32 " joined, %" PRIu32 " left\n",
	       q->producers, q->joined, q->left);
	show("lock", &q->lock);
	show("free", &q->free);
	show("items", &q->items);
	printf("%-9s %" PRIu64 "\n", "sent", sent);
	printf("%-9s %" PRIu64 "\n", "received", received);
	for (uint64_t i = received; i < sent && i - received < SLOTS; i++) {
		const struct message *slot = &q->slots[i % SLOTS];
		int length = slot->length < MESSAGE_MAX ? (int)slot->length
							: MESSAGE_MAX;

		printf("slot %d    \"%.*s\"\n", (int)(i % SLOTS), length,
		       slot->text);
	}
	queue_close(q);
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	return 0;
}
