/*
 * Eight processes send notes without end, faster than the supervisor can read
 * them: its clock must go on.
 *
 * Lab: hello
 * Expect: TIMEOUT
 * Marks: 10
 * Seconds: 60
 */
#define _GNU_SOURCE
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int
notes(struct sockaddr_un *to, socklen_t *length)
{
	const char *name = getenv("LABBOX_NOTES");

	if (name == NULL)
		exit(3);
	to->sun_family = AF_UNIX;
	memcpy(to->sun_path + 1, name, strlen(name));
	*length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
			      strlen(name));
	return socket(AF_UNIX, SOCK_DGRAM, 0);
}

int
main(void)
{
	struct sockaddr_un to = { 0 };
	socklen_t length;
	int fd = notes(&to, &length);

	for (int i = 0; i < 3; i++)
		fork();
	for (;;)
		sendto(fd, "", 0, 0, (struct sockaddr *)&to, length);
}
