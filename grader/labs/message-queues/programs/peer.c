/*
 * peer: another program that uses the queues of this lab. Where NAME begins with
 * a slash it is a POSIX queue, else the System V one of that file's key.
 *
 *	./peer NAME make ROOM BYTES	  a queue for messages of so many bytes
 *	./peer NAME put NUMBER TEXT [SIZE]  sends it, with that type or priority
 *	./peer NAME list		  takes all: "NUMBER: BYTES bytes: TEXT"
 *	./peer NAME take		  takes the oldest, and is silent
 *	./peer NAME about		  what the kernel says of the queue
 *	./peer NAME overtake N [TEXT]	  others wait for room, or with TEXT for a
 *					  message: N times brings it, and uses it
 *					  before they do; then brings it for good
 *	./peer FILE ask PID W TEXT [SIZE]  a request in the queue of requests
 *	./peer FILE reply PID N TEXT [SIZE]  a reply: N writes so far
 *	./peer FILE letters		  takes all: requests and replies
 *	./peer FILE serve		  takes a request, says so, and replies
 *
 * With SIZE, so many bytes are sent: of put, null bytes after TEXT.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include <unistd.h>

#define MANY	8192
#define REQUEST INT_MAX

struct body {
	pid_t client;
	int write;
	unsigned long writes;
	char text[65];
};

static struct {
	long type;
	union {
		char text[MANY];
		struct body body;
	};
} letter;

static char **word;
static bool posix;

static long
number(const char *text)
{
	return strtol(text, NULL, 10);
}

/* The queue: it is made if there is none. */
static int
find(char project)
{
	key_t key = ftok(word[0], project);
	int id = key == -1 ? -1 : msgget(key, IPC_CREAT | 0600);

	if (id == -1)
		err(1, "%s", word[0]);
	return id;
}

static void
put(int queue, long type, size_t size)
{
	if (posix ? mq_send(queue, letter.text, size, (unsigned)type) == -1
		  : (letter.type = type,
		     msgsnd(queue, &letter, size, IPC_NOWAIT) == -1))
		err(1, "put");
}

/* Takes one of `type`. Returns its bytes, or -1 if there is none. */
static ssize_t
take(int queue, long type, int flags)
{
	unsigned priority = 0;
	ssize_t n = posix ? mq_receive(queue, letter.text, MANY, &priority)
			  : msgrcv(queue, &letter, MANY, type, flags);

	if (posix)
		letter.type = priority;
	return n;
}

static void
list(int queue)
{
	ssize_t n;

	while ((n = take(queue, 0, IPC_NOWAIT)) != -1)
		printf("%ld: %zd bytes: %.*s\n", letter.type, n, (int)n,
		       letter.text);
}

static void
about(int queue)
{
	struct msqid_ds ds;
	struct mq_attr attr;
	struct stat st;

	if (posix && mq_getattr(queue, &attr) == 0 && fstat(queue, &st) == 0)
		printf("room for %ld of %ld bytes, mode %o\n", attr.mq_maxmsg,
		       attr.mq_msgsize, st.st_mode & 0777);
	else if (!posix && msgctl(queue, IPC_STAT, &ds) == 0)
		printf("room for %lu bytes, mode %o\n", ds.msg_qbytes,
		       ds.msg_perm.mode & 0777);
}

/*
 * Brings what others wait for in poll, and undoes that before they can use it: at
 * our kill the conductor lets them come as far as their next call, which they make
 * while we sleep. Who waits in mq_send or mq_receive has it at once; that ends it.
 */
static void
overtake(int queue, long times, const char *text)
{
	ssize_t n = 0;

	if (text != NULL) {
		n = (ssize_t)strlen(text);
		memcpy(letter.text, text, (size_t)n);
		letter.type = 3;
	}
	for (long i = 0;; i++) {
		sleep(1);
		if (text != NULL)
			put(queue, letter.type, (size_t)n);
		else
			n = take(queue, 0, 0);
		if (i == times)
			break;
		kill(getpid(), 0);
		if (text != NULL ? take(queue, 0, 0) == -1
				 : mq_send(queue, letter.text, (size_t)n,
					   (unsigned)letter.type) == -1)
			break;
	}
}

static void
tell_letter(ssize_t n)
{
	const struct body *body = &letter.body;

	if (n != sizeof(*body))
		printf("%ld: %zd bytes\n", letter.type, n);
	else if (letter.type == REQUEST)
		printf("request: write %d, '%s'\n", body->write, body->text);
	else
		printf("reply to %ld: %lu: %s\n", letter.type, body->writes,
		       body->text);
	fflush(stdout);
}

/*
 * `text` in a body, with its null byte if that fits. Behind that of one that is not
 * empty stands something, as it may.
 */
static void
set_text(struct body *body, const char *text)
{
	memset(body->text, text[0] ? '#' : 0, sizeof(body->text));
	memcpy(body->text, text, strnlen(text, sizeof(body->text) - 1) + 1);
}

static void
letters(const char *command)
{
	int queue = find('R');
	struct body *body = &letter.body;
	ssize_t n;

	if (strcmp(command, "ask") == 0) {
		body->client = (pid_t)number(word[2]);
		body->write = (int)number(word[3]);
		set_text(body, word[4]);
		put(queue, REQUEST,
		    word[5] ? (size_t)number(word[5]) : sizeof(*body));
	} else if (strcmp(command, "reply") == 0) {
		body->writes = (unsigned long)number(word[3]);
		set_text(body, word[4]);
		put(queue, number(word[2]),
		    word[5] ? (size_t)number(word[5]) : sizeof(*body));
	} else if (strcmp(command, "letters") == 0) {
		while ((n = take(queue, 0, IPC_NOWAIT)) != -1)
			tell_letter(n);
	} else if ((n = take(queue, REQUEST, 0)) != -1) {
		tell_letter(n);
		body->writes = 7;
		put(queue, body->client, sizeof(*body));
	}
}

int
main(int argc, char **argv)
{
	const char *command = argc < 3 ? "" : argv[2];
	int queue;

	word = argv + 1;
	posix = argc > 1 && argv[1][0] == '/';
	if (posix) {
		struct mq_attr attr = { 0 };
		bool makes = argc == 5 && strcmp(command, "make") == 0;

		attr.mq_maxmsg = makes ? number(argv[3]) : 0;
		attr.mq_msgsize = makes ? number(argv[4]) : 0;
		queue = mq_open(argv[1],
				O_RDWR | O_NONBLOCK | (makes ? O_CREAT : 0),
				0600, makes ? &attr : NULL);
		if (queue == -1)
			err(1, "%s", argv[1]);
	} else if (strcmp(command, "ask") == 0 ||
		   strcmp(command, "reply") == 0 ||
		   strcmp(command, "letters") == 0 ||
		   strcmp(command, "serve") == 0) {
		letters(command);
		return 0;
	} else
		queue = find('Q');

	if (argc > 4 && strcmp(command, "put") == 0) {
		size_t size = strlen(argv[4]);
		if (size > MANY)
			errx(2, "too long");
		memcpy(letter.text, argv[4], size);
		put(queue, number(argv[3]),
		    argc > 5 ? (size_t)number(argv[5]) : size);
	} else if (strcmp(command, "list") == 0)
		list(queue);
	else if (strcmp(command, "take") == 0)
		take(queue, 0, IPC_NOWAIT);
	else if (strcmp(command, "about") == 0)
		about(queue);
	else if (argc > 3 && strcmp(command, "overtake") == 0)
		overtake(queue, number(argv[3]), argv[4]);
	return 0;
}
