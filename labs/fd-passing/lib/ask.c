// A client of the vault: it connects, and sends one message.
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "vault.h"

int
ask(const char *path, char kind, const char *name)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	char message[1 + NAME_BYTES];
	size_t length = strlen(name);
	int sock;

	if (length > NAME_BYTES)
		errx(1, "%s: %s", name, strerror(ENAMETOOLONG));
	message[0] = kind;
	memcpy(message + 1, name, length);
	if (strlen(path) >= sizeof(addr.sun_path))
		errx(1, "%s: %s", path, strerror(ENAMETOOLONG));
	strcpy(addr.sun_path, path);

	// SOCK_SEQPACKET: a connection that keeps the boundaries of messages.
	sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (sock == -1)
		err(1, "socket");
	if (connect(sock, (struct sockaddr *)&addr, sizeof(addr)) == -1 ||
	    send(sock, message, 1 + length, MSG_NOSIGNAL) == -1)
		err(1, "%s", path);
	return sock;
}
