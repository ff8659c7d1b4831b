/*
 * A parent and its child talk over one socketpair(2), both ways. The parent
 * sends its arguments, one message each; the child sends each one back in
 * capitals.
 *
 *	./twins hello world
 *
 * Look at: who closes which end, and how the child learns that it is over.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "transfer.h"

/*
 * Answer every message that comes over `sock`, until the parent has closed its
 * end. Returns the exit status.
 */
static int
child(int sock)
{
	char word[MESSAGE_MAX + 1];
	ssize_t length;

	// A connected socket reports the end as a message of length 0, which is
	// why the parent sends no empty word.
	while ((length = receive_message(sock, word, sizeof(word))) > 0) {
		printf("child: %s\n", word);
		for (char *c = word; *c != '\0'; c++)
			*c = (char)toupper((unsigned char)*c);
		if (send(sock, word, strlen(word), MSG_NOSIGNAL) == -1)
			err(1, "child: send");
	}
	if (length == -1)
		err(1, "child: receive");
	close(sock);
	printf("child: end\n");
	return 0;
}

/*
 * Send `word` to the child over `sock` and print what it answers. Returns false
 * with a message when there is no answer.
 */
static bool
ask(int sock, const char *word)
{
	char answer[MESSAGE_MAX + 1];
	ssize_t length = -1;

	if (send(sock, word, strlen(word), MSG_NOSIGNAL) != -1)
		length = receive_message(sock, answer, sizeof(answer));
	if (length == -1)
		warn("parent: no answer");
	else if (length == 0)
		warnx("parent: the child has gone");
	else
		printf("parent: %s\n", answer);
	return length > 0;
}

int
main(int argc, char *argv[])
{
	int pair[2], status;
	bool good = true;
	pid_t pid;

	if (argc < 2)
		errx(2, "usage: twins WORD...");
	for (int i = 1; i < argc; i++) {
		size_t length = strlen(argv[i]);

		if (length == 0 || length > MESSAGE_MAX)
			errx(2, "a word has 1 to %d bytes", MESSAGE_MAX);
	}

	// Both print to the same place: a line leaves as soon as it is complete.
	if (setvbuf(stdout, NULL, _IOLBF, 0) != 0)
		errx(1, "setvbuf failed");

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == -1)
		err(1, "socketpair");
	pid = fork();
	if (pid == -1)
		err(1, "fork");
	if (pid == 0) {
		// With a copy of the parent's end the child would wait for
		// itself, for ever.
		close(pair[0]);
		return child(pair[1]);
	}
	close(pair[1]);
	for (int i = 1; i < argc && good; i++)
		good = ask(pair[0], argv[i]);
	close(pair[0]);

	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			err(1, "waitpid");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		errx(1, "parent: the child failed");
	if (!good)
		return 1;
	printf("parent: end\n");
	return 0;
}
