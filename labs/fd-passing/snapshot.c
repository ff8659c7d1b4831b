/*
 * Prints a copy of the file NAME of a vault, which nobody can change.
 *
 *	./snapshot SOCKET NAME
 *
 * Look at: what comes over the socket is memory, and its seals are checked.
 */
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <unistd.h>

#include "vault.h"

int
main(int argc, char *argv[])
{
	const char *text;
	int sock, fd;
	size_t size;

	if (argc != 3)
		errx(2, "usage: snapshot SOCKET NAME");
	sock = ask(argv[1], ASK_SNAPSHOT, argv[2]);
	fd = take(sock);
	if (fd == -1)
		err(1, "%s", argv[2]);
	close(sock);
	text = map_sealed(fd, &size);
	if (text == NULL)
		err(1, "%s", argv[2]);
	close(fd); // the mapping stays
	if (fwrite(text, 1, size, stdout) != size || fflush(stdout) == EOF)
		err(1, "standard output");
	return 0;
}
