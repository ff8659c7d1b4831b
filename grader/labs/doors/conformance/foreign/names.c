/*
 * A client and a server with the headers that they include on illumos: fattach
 * comes with <unistd.h>, strlen with <strings.h>, the attributes of a door with
 * <sys/door.h>.
 */
#include <fcntl.h>
#include <stdio.h>
#include <strings.h>
#include <unistd.h>
#include <sys/door.h>
#include <door.h>

static void
answer(void *cookie, char *args, size_t size, door_desc_t *dp, uint_t n)
{
	const char *text = "hello";

	door_return((char *)text, strlen(text) + 1, NULL, 0);
}

int
main(void)
{
	door_arg_t args;
	int door, client;
	char *rest;

	door = door_create(answer, NULL, DOOR_KI_CREATE_MASK & 0);
	close(open("path", O_RDWR | O_CREAT, 0600));
	if (fattach(door, "path") == -1) {
		perror("fattach");
		return (1);
	}
	bzero(&args, sizeof (args));
	client = open("path", O_RDONLY);
	if (door_call(client, &args) == -1) {
		perror("door_call");
		return (1);
	}
	rest = index(args.rbuf, 'l');
	printf("%s %s\n", args.rbuf, rest);
	fdetach("path");
	return (0);
}
