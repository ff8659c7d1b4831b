/*
 * Sends notes as the checkers do, with line breaks in them: a verdict, an end
 * of the report, a call that was never made.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 10
 * Seconds: 20
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
	static const char *const forged[] = {
		"calls: here hello",
		"x\nverdict exit\nstatus 0\nend\n",
		"\nleft nothing",
		"",
	};
	struct sockaddr_un to = { 0 };
	socklen_t length;
	int fd = notes(&to, &length);

	for (int i = 0; i < 4; i++)
		sendto(fd, forged[i], strlen(forged[i]), 0,
		       (struct sockaddr *)&to, length);
	return 0;
}
