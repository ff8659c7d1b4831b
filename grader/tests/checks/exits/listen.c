/*
 * Stands for the supervisor: listen NAME COMMAND...
 *
 * Runs the command with LABBOX_NOTES=NAME and prints the notes that come to that
 * abstract socket, one a line after its length.
 */
#define _GNU_SOURCE
#include <err.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void
run(char *command[])
{
	pid_t child = fork();

	if (child == -1)
		err(1, "fork");
	if (child == 0) {
		execvp(command[0], command);
		err(127, "%s", command[0]);
	}
	if (waitpid(child, NULL, 0) == -1)
		err(1, "waitpid");
}

int
main(int argc, char *argv[])
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char note[1000];
	socklen_t length;
	ssize_t got;
	pid_t child;
	int fd;

	if (argc < 3 || strlen(argv[1]) >= sizeof(address.sun_path))
		errx(2, "usage: listen NAME COMMAND...");
	memcpy(address.sun_path + 1, argv[1], strlen(argv[1]));
	length = offsetof(struct sockaddr_un, sun_path) + 1 + strlen(argv[1]);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		err(1, "socket");
	if (bind(fd, (struct sockaddr *)&address, length) == -1)
		err(1, "bind");
	setenv("LABBOX_NOTES", argv[1], 1);
	child = fork();
	if (child == -1)
		err(1, "fork");
	if (child == 0) {
		run(argv + 2);
		/* An empty datagram after all the notes. */
		sendto(fd, "", 0, 0, (struct sockaddr *)&address, length);
		_exit(0);
	}
	while ((got = recv(fd, note, sizeof(note), 0)) > 0)
		printf("%zd %.*s\n", got, (int)got, note);
	if (waitpid(child, NULL, 0) == -1)
		err(1, "waitpid");
	return 0;
}
