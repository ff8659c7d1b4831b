/*
 * chatter KIND SEED SIZE: three writers and two readers share a pipe, a socket or a
 * queue, send and take at random, and keep a log of their own.
 *
 * Each byte names the write that it came from: the writer in its upper two bits, the
 * number of the write, modulo 64, in the others. So a reader knows from what it has
 * read which writes that was, and logs
 *
 *	chatter.WRITER WRITE chatter.READER READ BYTES
 *
 * as draw -m prints what it has found out.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WRITERS = 3, READERS = 2, WRITES = 20, MOST = 70000, PRIORITIES = 3 };

static enum { PIPE, UNIX, PACKET, POSIX, SYSTEM_V } kind;
static int ends[2]; /* of what has two: [1] is written, [0] read */
static mqd_t queue;
static int id;
static struct {
	long type;
	char text[MOST];
} message;

/* Between two calls, now and then, others go first. */
static void
pause_at_random(void)
{
	const struct timespec a_while = { .tv_nsec = rand() % 5000 * 1000L };

	if (rand() % 2 == 0)
		nanosleep(&a_while, NULL);
}

static void
send_bytes(char *bytes, size_t n)
{
	switch (kind) {
	case PIPE:
	case UNIX:
	case PACKET:
		if (write(ends[1], bytes, n) != (ssize_t)n)
			err(1, "write");
		break;
	case POSIX:
		if (mq_send(queue, bytes, n, (unsigned)rand() % PRIORITIES) ==
		    -1)
			err(1, "mq_send");
		break;
	case SYSTEM_V:
		message.type = 1 + rand() % PRIORITIES;
		memcpy(message.text, bytes, n);
		if (msgsnd(id, &message, n, 0) == -1)
			err(1, "msgsnd");
		break;
	}
}

/* Returns how many bytes have come; 0: that was all. */
static size_t
take_bytes(char *bytes)
{
	ssize_t n = 0;

	switch (kind) {
	case PIPE:
	case UNIX:
		n = read(ends[0], bytes, 1 + (size_t)rand() % 5000);
		break;
	case PACKET:
		n = recv(ends[0], bytes, MOST, 0);
		break;
	case POSIX:
		n = mq_receive(queue, bytes, MOST, NULL);
		break;
	case SYSTEM_V:
		/* The oldest of all, of one type, or of the lowest types. */
		n = msgrcv(id, &message, MOST,
			   rand() % 2 == 0 ? 0 : -PRIORITIES, 0);
		memcpy(bytes, message.text, n > 0 ? (size_t)n : 0);
		break;
	}
	if (n == -1)
		err(1, "read");
	return (size_t)n;
}

static void
writer(int number, size_t size)
{
	static char bytes[MOST];

	for (int k = 1; k <= WRITES; k++) {
		size_t n = 1 + (size_t)rand() % size;

		memset(bytes, (number - 1) << 6 | k % 64, n);
		pause_at_random();
		send_bytes(bytes, n);
	}
}

/* One line for each write of which there are bytes; all at once, or they mix. */
static void
reader(int number, int log)
{
	static unsigned char bytes[MOST];
	static char text[1 << 16];
	size_t n;

	for (int m = 1; (n = take_bytes((char *)bytes)) > 0; m++) {
		int used = 0;

		if (bytes[0] == 0xff && n == 1)
			break;
		for (size_t i = 0, from = 0; i < n; from = i) {
			while (i < n && bytes[i] == bytes[from])
				i++;
			used +=
			    snprintf(text + used, sizeof(text) - (size_t)used,
				     "chatter.%d %d chatter.%d %d %zu\n",
				     (bytes[from] >> 6) + 1, bytes[from] & 63,
				     number, m, i - from);
		}
		if (write(log, text, (size_t)used) != used)
			err(1, "log");
		pause_at_random();
	}
}

static void
open_all(const char *name)
{
	struct mq_attr attributes = { .mq_maxmsg = 8, .mq_msgsize = 8192 };

	if (strcmp(name, "pipe") == 0) {
		kind = PIPE;
		if (pipe(ends) == -1)
			err(1, "pipe");
	} else if (strcmp(name, "posix") == 0) {
		kind = POSIX;
		queue =
		    mq_open("/chatter", O_RDWR | O_CREAT, 0600, &attributes);
		if (queue == -1)
			err(1, "mq_open");
		mq_unlink("/chatter");
	} else if (strcmp(name, "system-v") == 0) {
		kind = SYSTEM_V;
		id = msgget(IPC_PRIVATE, 0600);
		if (id == -1)
			err(1, "msgget");
	} else {
		kind = strcmp(name, "unix") == 0 ? UNIX : PACKET;
		if (socketpair(AF_UNIX,
			       kind == UNIX ? SOCK_STREAM : SOCK_SEQPACKET, 0,
			       ends) == -1)
			err(1, "socketpair");
	}
}

/* For queues, which have no end: the readers get a message each. */
static void
tell_end(void)
{
	char last = (char)0xff;

	for (int i = 0; i < READERS && (kind == POSIX || kind == SYSTEM_V);
	     i++) {
		message.type = PRIORITIES;
		message.text[0] = last;
		if (kind == POSIX ? mq_send(queue, &last, 1, 0) == -1
				  : msgsnd(id, &message, 1, 0) == -1)
			err(1, "the last message");
	}
}

int
main(int argc, char *argv[])
{
	int log;

	if (argc != 4)
		errx(2, "usage: chatter KIND SEED SIZE");
	log = open("log", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
	if (log == -1)
		err(1, "log");
	open_all(argv[1]);
	for (int i = 1; i <= WRITERS + READERS; i++) {
		pid_t child = fork();

		if (child == -1)
			err(1, "fork");
		if (child > 0)
			continue;
		srand((unsigned)(atoi(argv[2]) * 10 + i));
		if (i <= WRITERS) {
			close(ends[0]);
			writer(i, (size_t)atoi(argv[3]));
		} else {
			if (kind <= PACKET)
				close(ends[1]);
			reader(i, log);
		}
		_exit(0);
	}
	if (kind <= PACKET) {
		close(ends[0]);
		close(ends[1]);
	}
	for (int i = 0; i < WRITERS; i++)
		wait(NULL);
	tell_end();
	while (wait(NULL) > 0)
		;
	if (kind == SYSTEM_V)
		msgctl(id, IPC_RMID, NULL);
	return 0;
}
