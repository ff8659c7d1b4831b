/*
 * The steps in which a queue begins, one by one.
 *
 *	steps make FILE		makes it a queue, and opens none
 *	steps open FILE...	opens each, and says which can be opened; what was not
 *				read is what was on the stack before
 *	steps size FILE		opens it, with its right size on the stack before
 *	steps wait FILE SEM	takes one off lock, free or items until that sleeps;
 *				ends when it is woken
 *	steps post FILE SEM	adds one to it
 */
#include "queue.h"
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

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
	} else if (argc == 3 && strcmp(argv[1], "size") == 0) {
		leave_sizes();
		queue_close(queue_open(argv[2]));
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
		errx(2, "usage: steps make|open|wait|post FILE...");
	}
	return 0;
}
