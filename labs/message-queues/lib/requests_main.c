/*
 * requests_main.c - the command line of requests, and its queue.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>

#include "interrupt.h"
#include "queue.h"

int
requests_main(int argc, char **argv, void (*serve)(int queue),
	      int (*request)(int queue, const char *text))
{
	const char *command = argc < 3 ? "" : argv[2];
	bool serves = strcmp(command, "serve") == 0;
	bool stops = strcmp(command, "stop") == 0;
	bool writes = strcmp(command, "write") == 0;

	if (argc != 3 + writes ||
	    (!serves && !stops && !writes && strcmp(command, "read") != 0))
		errx(2,
		     "usage: requests FILE serve | read | write TEXT | stop");
	if (writes && strlen(argv[3]) > TEXT_MAX)
		errx(2, "more than %d bytes: '%s'", TEXT_MAX, argv[3]);

	catch_signal();
	int flags = serves ? IPC_CREAT | IPC_EXCL | QUEUE_MODE : 0;
	int queue = msgget(key_of(argv[1], 'R'), flags);
	if (queue == -1 && errno == ENOENT)
		errx(1, "%s: no server", argv[1]);
	if (queue == -1 && errno == EEXIST)
		errx(1, "%s: a server is there, or was killed: stop it first",
		     argv[1]);
	if (queue == -1)
		err(1, "%s", argv[1]);

	if (stops) {
		if (msgctl(queue, IPC_RMID, NULL) == -1)
			err(1, "%s", argv[1]);
		return 0;
	}
	if (serves) {
		printf("ready\n");
		fflush(stdout);
		serve(queue);
	} else if (request(queue, writes ? argv[3] : NULL) == 0) {
		if (fflush(stdout) == EOF || ferror(stdout))
			err(1, "standard output");
		return 0;
	}

	/* EINVAL: it was removed between two calls. */
	bool removed = errno == EIDRM || errno == EINVAL;
	if (!removed)
		warn("%s", argv[1]);
	else if (!serves)
		warnx("%s: the queue was removed", argv[1]);
	if (serves)
		msgctl(queue, IPC_RMID, NULL); /* wakes those who wait */
	return !(serves && removed);
}
