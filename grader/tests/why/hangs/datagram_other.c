/* The datagram goes to the address "two", and "one" is read. */
#include <err.h>
#include <sys/socket.h>
#include <sys/un.h>

int
main(void)
{
	struct sockaddr_un one = { AF_UNIX, "one" }, two = { AF_UNIX, "two" };
	int a = socket(AF_UNIX, SOCK_DGRAM, 0);
	int b = socket(AF_UNIX, SOCK_DGRAM, 0);
	char c;

	if (bind(a, (struct sockaddr *)&one, sizeof one) == -1 ||
	    bind(b, (struct sockaddr *)&two, sizeof two) == -1 ||
	    sendto(b, "x", 1, 0, (struct sockaddr *)&two, sizeof two) != 1)
		err(1, "socket");
	return recv(a, &c, 1, 0) == -1;
}
