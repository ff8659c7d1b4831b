/*
 * Calls the door that `server` has attached at a path, and prints its answer.
 *
 *	./client PATH ID
 *
 * Look at how little there is to it: open, and a call. Packing a message,
 * connecting and waiting for a reply all happen inside door_call.
 */
#define _GNU_SOURCE
#include <door.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct request {
	int id;
};

struct answer {
	long long id;
	long long square;
};

// Returns 0 and the number in *id, or -1 if `text` is not an int.
static int
parse_id(const char *text, int *id)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (end == text || *end != '\0' || errno != 0 || value < INT_MIN ||
	    value > INT_MAX)
		return -1;
	*id = (int)value;
	return 0;
}

int
main(int argc, char *argv[])
{
	struct request request;
	struct answer answer;
	door_arg_t arg;
	int door;

	if (argc != 3) {
		fprintf(stderr, "usage: client PATH ID\n");
		return 2;
	}
	if (parse_id(argv[2], &request.id) == -1) {
		fprintf(stderr, "client: not a number: %s\n", argv[2]);
		return 2;
	}
	door = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (door == -1)
		err(1, "%s", argv[1]);

	// REGION call
	arg = (door_arg_t){ .data_ptr = (char *)&request,
			    .data_size = sizeof(request),
			    .rbuf = (char *)&answer,
			    .rsize = sizeof(answer) };
	if (door_call(door, &arg) == -1)
		err(1, "door_call");
	// END REGION call

	// A result that did not fit would be in other memory.
	if (arg.rbuf != (char *)&answer || arg.data_size != sizeof(answer))
		errx(1, "%s: this server speaks another language", argv[1]);
	printf("%lld squared is %lld\n", answer.id, answer.square);
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	if (close(door) == -1)
		err(1, "close");
	return 0;
}
