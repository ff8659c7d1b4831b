/*
 * The door of the lecture notes: a server procedure behind a name in the file
 * system.
 *
 *	./server /tmp/door		in one terminal, until Ctrl-C
 *	./client /tmp/door 12		in another
 *
 * It prints `ready` once the door can be opened. Look at procedure: it runs in
 * this process, on its own thread for each call, while the caller waits in
 * another process.
 */
#define _GNU_SOURCE
#include <door.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <stropts.h>
#include <unistd.h>

// REGION procedure
struct request {
	int id;
};

struct answer {
	long long id;
	long long square;
};

static void
procedure(void *cookie, char *argp, size_t arg_size, door_desc_t *dp,
	  uint_t n_desc)
{
	struct request request;
	struct answer answer;

	(void)cookie;
	(void)dp;
	(void)n_desc;
	// Anybody who may open the door may send anything.
	if (arg_size != sizeof(request)) {
		door_return(NULL, 0, NULL, 0);
		return; // not reached
	}
	memcpy(&request, argp, sizeof(request));
	answer =
	    (struct answer){ .id = request.id,
			     .square = (long long)request.id * request.id };
	door_return((char *)&answer, sizeof(answer), NULL, 0);
}
// END REGION procedure

int
main(int argc, char *argv[])
{
	sigset_t ends;
	int door, file, signal;

	if (argc != 2 || argv[1][0] == '\0') {
		fprintf(stderr, "usage: server PATH\n");
		return 2;
	}
	// Blocked before there are other threads, and so in these, too. The
	// main thread waits for them.
	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &ends, NULL) == -1)
		err(1, "sigprocmask");

	door = door_create(procedure, NULL, DOOR_REFUSE_DESC);
	if (door == -1)
		err(1, "door_create");
	// A door can only be attached over a file that exists.
	file = open(argv[1], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (file == -1 && errno != EEXIST)
		err(1, "%s", argv[1]);
	if (file != -1 && close(file) == -1)
		err(1, "close");
	if (fattach(door, argv[1]) == -1)
		err(1, "%s", argv[1]);
	if (printf("ready\n") < 0 || fflush(stdout) == EOF)
		err(1, "standard output");

	if (sigwait(&ends, &signal) != 0)
		errx(1, "sigwait failed");
	if (fdetach(argv[1]) == -1)
		err(1, "%s", argv[1]);
	return 0;
}
