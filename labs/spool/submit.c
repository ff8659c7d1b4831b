/*
 * submit: puts a job into a spool folder.
 *
 *	./submit DIR FILE
 *
 * Prints the number of the job. No daemon need run: the job waits. Look at: in
 * which order the calls are made that bring the file into DIR/new.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>

#include "spool.h"

int
main(int argc, char *argv[])
{
	char number[NAME];

	if (argc != 3) {
		fprintf(stderr, "usage: submit DIR FILE\n");
		return 2;
	}
	int in = open(argv[2], O_RDONLY | O_CLOEXEC);
	if (in == -1)
		err(1, "%s", argv[2]);
	open_spool(argv[1]);
	next_number(number);
	if (enter(in, number) == -1)
		err(1, "%s", argv[2]);
	if (puts(number) == EOF || fflush(stdout) == EOF)
		err(1, "standard output");
	return 0;
}
