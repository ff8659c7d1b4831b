/*
 * ask: asks logd a question.
 *
 *	./ask FIFO QUESTION
 *
 * Sends a request to the logd that reads FIFO, and prints the reply, which comes
 * through a FIFO of its own: FIFO.PID.
 *
 * Look at: in which order the two processes open the two FIFOs.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fifo.h"

static char name[NAME]; /* of our reply FIFO */

/*
 * Gap 5 (optional): wait until a read from the reply FIFO `fd` brings something,
 * or its end: a writer had it open, and has left; or nobody will ever open it, as
 * no process reads the FIFO `server` any more.
 *
 * Returns 0, or -1 with errno set. As it stands, it waits for the writer only.
 */
static int
await_reply(int fd, int server)
{
	struct pollfd end[] = { { .fd = fd, .events = POLLIN },
				{ .fd = server } };
	struct pollfd gone = { .fd = server };

	do {
		if (poll(end, 2, -1) >= 0)
			return fcntl(fd, F_SETFL,
				     fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	} while (errno == EINTR && poll(&gone, 1, 0) >= 0);
	return -1;
}

/*
 * Gap 4: make the reply FIFO `name`, send `request` to `server`, and store the
 * reply, a line, in `reply`.
 *
 * The FIFO has the mode REPLY_MODE, and is gone when this returns: 0, or -1 with
 * errno set (ENODATA if the server ends or leaves before the line is whole). A
 * FIFO of that name that is there already is what a client that was killed left,
 * whose process id is ours now: it is not used.
 * Traps: the server does not wait for us: when it opens the FIFO, we must have it
 * open, and that may wait for the server. And until the server has it open, a
 * read brings end-of-file; later perhaps only a part (see await_reply).
 */
static int
ask(int server, const char *request, char reply[REPLY_MAX + 1])
{
	FILE *in = NULL;
	int fd = -1, saved, got = -1;

	unlink(name);
	mode_t mask = umask(0077);
	int made = mkfifo(name, 0666);
	umask(mask);
	if (made == 0 && (fd = open(name, O_RDONLY | O_NONBLOCK)) != -1 &&
	    (in = fdopen(fd, "r")) != NULL &&
	    send_record(server, request, strlen(request)) == 0) {
		size_t have = 0;
		int c = 0;

		while (c != '\n' && have < REPLY_MAX) {
			c = getc(in);
			if (c == EOF && ferror(in) && errno != EAGAIN)
				break;
			if (c != EOF) {
				reply[have++] = (char)c;
				continue;
			}
			if (await_reply(fd, server) == -1)
				break;
			clearerr(in);
			c = getc(in);
			if (c == EOF && !ferror(in))
				errno = ENODATA;
			if (c == EOF)
				break;
			reply[have++] = (char)c;
		}
		reply[have] = '\0';
		got = c == '\n' ? 0 : -1;
		if (c != EOF)
			errno = ENODATA;
	}
	saved = errno;
	if (in != NULL)
		fclose(in);
	if (made == 0)
		unlink(name);
	errno = saved;
	return got;
}

static void
on_signal(int number)
{
	unlink(name);
	signal(number, SIG_DFL);
	raise(number);
}

int
main(int argc, char *argv[])
{
	static char request[PIPE_BUF + 2], reply[REPLY_MAX + 1];

	if (argc != 3) {
		fprintf(stderr, "usage: ask FIFO QUESTION\n");
		return 2;
	}
	if (argv[2][0] == '\0' || strchr(argv[2], '\n') != NULL)
		errx(2, "QUESTION is empty, or has a newline");
	signal(SIGPIPE, SIG_IGN);
	int server = open_server(argv[1]);
	snprintf(name, sizeof(name), "%s.%d", argv[1], (int)getpid());
	snprintf(request, sizeof(request), "?%d %s\n", (int)getpid(), argv[2]);
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	if (ask(server, request, reply) == -1) {
		if (errno == ENODATA)
			errx(1, "%s: no reply", argv[1]);
		err(1, "%s", argv[1]);
	}
	if (fputs(reply, stdout) == EOF || fflush(stdout) == EOF)
		err(1, "standard output");
	return 0;
}
