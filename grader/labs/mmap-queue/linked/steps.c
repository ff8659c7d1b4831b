/*
 * The steps in which a queue begins, one by one.
 *
 *	steps make FILE		makes it a queue, and opens none
 *	steps open FILE...	opens each, and says which can be opened; what was not
 *				read is what was on the stack before
 *	steps unknown FILE	opens it, and fstat fails; its right size is on the
 *				stack before
 *	steps large FILE	opens it, and fstat and pread say that it is 4 GiB
 *				longer
 *	steps send FILE [MESSAGE...]
 *				is a producer of nine, without gap 5: it does not leave;
 *				makes the queue, sends each message
 *	steps wait FILE SEM	takes one off lock, free or items until that sleeps;
 *				ends when it is woken
 *	steps post FILE SEM	adds one to it
 */
#define _GNU_SOURCE
#include "queue.h"
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* What fstat says, and whether it was asked: a size can be found in other ways. */
static enum { TRUE_SIZE, LARGE, UNKNOWN } told;
static bool asked;

int
fstat(int fd, struct stat *info)
{
	int result = fstatat(fd, "", info, AT_EMPTY_PATH);

	asked = true;
	if (told == UNKNOWN) {
		errno = EACCES;
		return -1;
	}
	if (told == LARGE)
		info->st_size += 1LL << 32;
	return result;
}

/* Who finds the size by reading reads zeros there. */
ssize_t
pread(int fd, void *buf, size_t size, off_t at)
{
	struct iovec whole = { buf, size };
	ssize_t n = preadv(fd, &whole, 1, at);

	if (told != LARGE || n == -1 || (size_t)n == size)
		return n;
	memset((char *)buf + n, 0, size - (size_t)n);
	return (ssize_t)size;
}

/* Leaves a size on the stack that would make any file a queue. */
__attribute__((noinline)) static void
leave_sizes(void)
{
	volatile uint64_t old[4096];

	for (size_t i = 0; i < sizeof(old) / sizeof(old[0]); i++)
		old[i] = sizeof(struct queue);
}

/* Leaves values on the stack that would make any file a queue. */
__attribute__((noinline)) static void
leave_values(void)
{
	volatile uint32_t old[8192];

	for (size_t i = 0; i < sizeof(old) / sizeof(old[0]); i++)
		old[i] = i % 2 == 0 ? QUEUE_MAGIC : QUEUE_VERSION;
}

/* In a process of its own, as it ends the one that it fails in. */
static void
try_open(const char *path)
{
	pid_t child = fork();

	if (child == -1)
		err(1, "fork");
	if (child == 0) {
		leave_values();
		queue_close(queue_open(path));
		warnx("%s: a queue", path);
		_exit(0);
	}
	if (waitpid(child, NULL, 0) == -1)
		err(1, "waitpid");
}

/* Whoever does not ask fstat has not been told. */
static void
open_told(const char *path)
{
	if (told == UNKNOWN)
		leave_sizes();
	queue_close(queue_open(path));
	if (asked)
		warnx("%s: a queue", path);
	else
		warnx("%s: a queue of the wrong size", path);
}

static void
send_all(char *argv[])
{
	const char *path = *argv++;
	struct queue *q;

	queue_create(path, 9);
	q = queue_open(path);
	if (queue_join(q, 9, 0) == -1)
		err(1, "queue_join");
	for (; *argv != NULL; argv++)
		if (queue_send(q, *argv, strlen(*argv), 0) == -1)
			err(1, "queue_send");
	queue_close(q);
}

static sem_t *
semaphore(const char *path, const char *name)
{
	int fd = open(path, O_RDWR);
	struct queue *q;

	if (fd == -1)
		err(1, "%s", path);
	q = mmap(NULL, sizeof(*q), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (q == MAP_FAILED)
		err(1, "%s", path);
	return strcmp(name, "lock") == 0   ? &q->lock
	       : strcmp(name, "free") == 0 ? &q->free
					   : &q->items;
}

int
main(int argc, char *argv[])
{
	if (argc == 3 && strcmp(argv[1], "make") == 0) {
		queue_create(argv[2], 2);
	} else if (argc > 2 && strcmp(argv[1], "open") == 0) {
		for (int i = 2; i < argc; i++)
			try_open(argv[i]);
	} else if (argc == 3 && strcmp(argv[1], "unknown") == 0) {
		told = UNKNOWN;
		open_told(argv[2]);
	} else if (argc == 3 && strcmp(argv[1], "large") == 0) {
		told = LARGE;
		open_told(argv[2]);
	} else if (argc > 2 && strcmp(argv[1], "send") == 0) {
		send_all(argv + 2);
	} else if (argc == 4 && strcmp(argv[1], "wait") == 0) {
		sem_t *sem = semaphore(argv[2], argv[3]);

		while (sem_trywait(sem) == 0)
			;
		if (sem_wait(sem) == -1)
			err(1, "sem_wait");
	} else if (argc == 4 && strcmp(argv[1], "post") == 0) {
		if (sem_post(semaphore(argv[2], argv[3])) == -1)
			err(1, "sem_post");
	} else {
		errx(2, "usage: steps make|open|unknown|large|send|wait|post "
			"FILE...");
	}
	return 0;
}
