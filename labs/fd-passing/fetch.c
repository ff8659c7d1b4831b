/*
 * Copies the file NAME of a vault to its standard output.
 *
 *	./fetch SOCKET NAME
 *
 * Look at: it opens nothing. The descriptor comes over the socket.
 */
#define _GNU_SOURCE
#include <err.h>
#include <stdint.h>
#include <unistd.h>

#include "vault.h"

int
main(int argc, char *argv[])
{
	int sock, fd;

	if (argc != 3)
		errx(2, "usage: fetch SOCKET NAME");
	sock = ask(argv[1], ASK_FILE, argv[2]);
	fd = take(sock);
	if (fd == -1)
		err(1, "%s", argv[2]);
	close(sock);
	if (copy(fd, STDOUT_FILENO, SIZE_MAX) == -1)
		err(1, "%s", argv[2]);
	close(fd);
	return 0;
}
