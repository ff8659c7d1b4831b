// The vault's side: one message of each client, in whatever order they speak.
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "vault.h"

// Clients that have connected and not yet asked. Further ones wait.
#define CLIENTS 64

static int
listen_at(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int sock;

	if (strlen(path) >= sizeof(addr.sun_path))
		errx(1, "%s: %s", path, strerror(ENAMETOOLONG));
	strcpy(addr.sun_path, path);
	sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (sock == -1)
		err(1, "socket");
	if (bind(sock, (struct sockaddr *)&addr, sizeof(addr)) == -1)
		err(1, "%s", path);
	if (listen(sock, SOMAXCONN) == -1)
		err(1, "listen");
	return sock;
}

static int
open_signals(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		err(1, "sigprocmask");
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (fd == -1)
		err(1, "signalfd");
	return fd;
}

// There is a message, or the client has gone: neither makes us wait.
static void
hear(int client, void (*answer)(int, const char *, size_t))
{
	char message[1 + NAME_BYTES + 1];
	ssize_t n;

	n = recv(client, message, sizeof(message) - 1,
		 MSG_TRUNC | MSG_DONTWAIT);
	if (n > 0) {
		size_t length = (size_t)n;

		message[length < sizeof(message) ? length
						 : sizeof(message) - 1] = '\0';
		answer(client, message, length);
	}
	close(client);
}

void
serve(const char *path, void (*answer)(int, const char *, size_t))
{
	struct pollfd fds[2 + CLIENTS];
	nfds_t used = 2;

	fds[0] = (struct pollfd){ .fd = open_signals(), .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = listen_at(path), .events = POLLIN };
	if (puts("ready") == EOF || fflush(stdout) == EOF)
		err(1, "standard output");
	for (;;) {
		// With no room for one more, the listener is not looked at.
		fds[1].events = used < 2 + CLIENTS ? POLLIN : 0;
		if (poll(fds, used, -1) == -1) {
			if (errno == EINTR)
				continue;
			err(1, "poll");
		}
		if (fds[0].revents != 0)
			break;
		for (nfds_t i = used; i-- > 2;)
			if (fds[i].revents != 0) {
				hear(fds[i].fd, answer);
				fds[i] = fds[--used];
			}
		if (fds[1].revents != 0) {
			int client =
			    accept4(fds[1].fd, NULL, NULL, SOCK_CLOEXEC);

			if (client != -1)
				fds[used++] =
				    (struct pollfd){ .fd = client,
						     .events = POLLIN };
			else if (errno != EINTR && errno != ECONNABORTED)
				err(1, "accept");
		}
	}
	for (nfds_t i = 0; i < used; i++)
		close(fds[i].fd);
	if (unlink(path) == -1)
		warn("%s", path);
}
