/*
 * Receives COUNT datagrams at PATH and prints the length and the bytes of each.
 *
 *	./collect /tmp/box 3
 *
 * Prints "ready" when the socket is there. Nobody connects, so nobody hangs up:
 * a datagram socket has no end of file, and collect must count. SIGTERM and
 * SIGINT end it earlier. It removes its socket.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "name.h"
#include "transfer.h"

// More than anybody waits for; it keeps typing errors out.
#define COUNT_MAX 1000000

static long
parse_count(const char *text)
{
	char *end;
	long count;

	errno = 0;
	count = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || count < 1 ||
	    count > COUNT_MAX)
		errx(2, "COUNT is a number from 1 to %d", COUNT_MAX);
	return count;
}

// Print one message: `length` as it was sent, and what is left of it in `text`.
static void
print_message(const char *text, ssize_t length)
{
	size_t kept = length > MESSAGE_MAX ? MESSAGE_MAX : (size_t)length;

	printf("length %zd", length);
	if (length > MESSAGE_MAX)
		printf(", first %d", MESSAGE_MAX);
	printf(": \"");
	fwrite(text, 1, kept, stdout); // it may hold NUL bytes
	printf("\"\n");
}

int
main(int argc, char *argv[])
{
	char text[MESSAGE_MAX + 1];
	int signals, sock, status = 0;
	struct stat own;
	sigset_t set;
	long count;

	if (argc != 3)
		errx(2, "usage: collect PATH COUNT");
	count = parse_count(argv[2]);

	// Blocked from here on: they arrive at the descriptor, as bytes do.
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGPIPE); // nobody reads our lines: end as well
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		err(1, "sigprocmask");
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (signals == -1)
		err(1, "signalfd");

	// Whoever waits for a line sees it as soon as it is complete.
	if (setvbuf(stdout, NULL, _IOLBF, 0) != 0)
		errx(1, "setvbuf failed");

	sock = claim(argv[1], SOCK_DGRAM, &own);
	printf("ready\n");

	while (count > 0) {
		struct pollfd wait[] = { { .fd = signals, .events = POLLIN },
					 { .fd = sock, .events = POLLIN } };
		ssize_t length;

		if (poll(wait, 2, -1) == -1 && errno != EINTR)
			err(1, "poll");
		if (wait[0].revents != 0)
			break;
		if (wait[1].revents == 0)
			continue;
		length = receive_message(sock, text, sizeof(text));
		if (length == -1) {
			warn("receive");
			status = 1;
			break;
		}
		print_message(text, length);
		count--;
	}
	release(argv[1], sock, &own);
	close(signals);
	if (fflush(stdout) == EOF || ferror(stdout))
		errx(1, "standard output failed");
	return status;
}
