/*
 * logit: writes records into the log.
 *
 *	./logit FIFO TAG COUNT
 *
 * Sends "TAG 1" to "TAG COUNT" to the logd that reads FIFO. Look at: many of
 * these at once, and no record is torn.
 */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fifo.h"

enum { COUNT_MAX = 1000000 };

int
main(int argc, char *argv[])
{
	static char record[PIPE_BUF + 2]; /* room to see that it is too long */
	char *end;

	if (argc != 4) {
		fprintf(stderr, "usage: logit FIFO TAG COUNT\n");
		return 2;
	}
	const char *path = argv[1], *tag = argv[2];
	if (tag[0] == '\0' || tag[0] == '?' || strchr(tag, '\n') != NULL)
		errx(2, "TAG is empty, begins with ?, or has a newline");
	errno = 0;
	long count = strtol(argv[3], &end, 10);
	if (argv[3][0] < '0' || argv[3][0] > '9' || *end != '\0' ||
	    errno != 0 || count < 1 || count > COUNT_MAX)
		errx(2, "COUNT is a number from 1 to %d, not '%s'", COUNT_MAX,
		     argv[3]);

	/* A server that has gone shall be an error of write(2), not our end. */
	signal(SIGPIPE, SIG_IGN);
	int fd = open_server(path);
	for (long i = 1; i <= count; i++) {
		snprintf(record, sizeof(record), "%s %ld\n", tag, i);
		if (send_record(fd, record, strlen(record)) == -1)
			err(1, "%s: record %ld of %ld", path, i, count);
	}
	return 0;
}
