/*
 * Opens files of the folder DIR for those who ask at SOCKET, and passes them the
 * descriptor: they need no permission of their own, and never see a path.
 *
 *	./vault [-u UID] DIR SOCKET
 *
 * Prints "ready" when it can be asked. Only the user UID is served; without -u
 * that is the one who runs it. SIGTERM and SIGINT end it.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "vault.h"

static int dir;
static uid_t uid;

// Open what `message` asks for. Returns its descriptor, or -1 with errno set.
static int
open_asked(int client, const char *message, size_t length)
{
	int file, memory, error;

	if (!is_peer(client, uid)) {
		errno = EPERM;
		return -1;
	}
	if (length < 1 || length > 1 + NAME_BYTES ||
	    strlen(message) != length ||
	    (message[0] != ASK_FILE && message[0] != ASK_SNAPSHOT)) {
		errno = EINVAL;
		return -1;
	}
	file = open_inside(dir, message + 1);
	if (file == -1 || message[0] == ASK_FILE)
		return file;
	memory = copy_sealed(file);
	error = errno;
	close(file);
	errno = error;
	return memory;
}

static void
answer(int client, const char *message, size_t length)
{
	int fd = open_asked(client, message, length);

	// A client that has gone does not matter.
	(void)give(client, fd == -1 ? errno : 0, fd);
}

int
main(int argc, char *argv[])
{
	int option;

	uid = geteuid();
	opterr = 0;
	while ((option = getopt(argc, argv, "+u:")) != -1) {
		if (option != 'u')
			errx(2, "usage: vault [-u UID] DIR SOCKET");
		uid = parse_uid(optarg);
	}
	if (argc - optind != 2)
		errx(2, "usage: vault [-u UID] DIR SOCKET");

	// From here on DIR is this descriptor, whatever happens to its name.
	dir = open(argv[optind], O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir == -1)
		err(1, "%s", argv[optind]);
	serve(argv[optind + 1], answer);
	close(dir);
	return 0;
}
