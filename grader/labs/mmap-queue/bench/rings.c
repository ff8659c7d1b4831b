/*
 * rings: how many messages a second a queue in shared memory moves, from one
 * process to another.
 *
 *	rings [-2] [-n MESSAGES] bare|ring|queue
 *
 * `ring` and `queue` are those of the lab with which this is linked; `bare` is as
 * many slots, two counters and a memcpy, and never sleeps: when it cannot go on it
 * yields. Both processes are on CPU 0, or with -2 on 0 and 1. Prints nanoseconds a
 * message, by the wall clock and of processor time of both. Exit status: 0; 1 if
 * something failed, or a message is not the one that was sent.
 */
#define _GNU_SOURCE
#include "ring.h"
#include <err.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

struct bare {
	_Alignas(64) _Atomic uint32_t sent;
	_Alignas(64) _Atomic uint32_t received;
	struct message slots[RING_SLOTS];
};

static union {
	struct bare bare;
	struct ring ring;
	struct queue queue;
} * shared;

static int
bare_send(const struct message *message)
{
	struct bare *bare = &shared->bare;
	uint32_t sent = atomic_load_explicit(&bare->sent, memory_order_relaxed);

	while (sent - atomic_load_explicit(&bare->received,
					   memory_order_acquire) ==
	       RING_SLOTS)
		sched_yield();
	memcpy(&bare->slots[sent % RING_SLOTS], message, sizeof(*message));
	atomic_store_explicit(&bare->sent, sent + 1, memory_order_release);
	return 0;
}

static int
bare_receive(struct message *message)
{
	struct bare *bare = &shared->bare;
	uint32_t received =
	    atomic_load_explicit(&bare->received, memory_order_relaxed);

	while (atomic_load_explicit(&bare->sent, memory_order_acquire) ==
	       received)
		sched_yield();
	memcpy(message, &bare->slots[received % RING_SLOTS], sizeof(*message));
	atomic_store_explicit(&bare->received, received + 1,
			      memory_order_release);
	return 0;
}

static int
the_ring_send(const struct message *message)
{
	return ring_send(&shared->ring, message);
}

static int
the_ring_receive(struct message *message)
{
	return ring_receive(&shared->ring, message);
}

static int
the_queue_send(const struct message *message)
{
	return queue_send(&shared->queue, message->text, message->length, 0);
}

static int
the_queue_receive(struct message *message)
{
	return queue_receive(&shared->queue, message, 0) == 1 ? 0 : -1;
}

static const struct kind {
	const char *name;
	int (*send)(const struct message *message);
	int (*receive)(struct message *message);
} kinds[] = { { "bare", bare_send, bare_receive },
	      { "ring", the_ring_send, the_ring_receive },
	      { "queue", the_queue_send, the_queue_receive } };

static void
pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) == -1)
		err(1, "sched_setaffinity");
}

static void
produce(const struct kind *kind, uint32_t count)
{
	struct message message = { .length = MESSAGE_MAX };

	for (uint32_t i = 0; i < count; i++) {
		memcpy(message.text, &i, sizeof(i));
		if (kind->send(&message) == -1)
			err(1, "%s: send", kind->name);
	}
}

static void
consume(const struct kind *kind, uint32_t count)
{
	struct message message;

	for (uint32_t i = 0; i < count; i++) {
		if (kind->receive(&message) == -1)
			err(1, "%s: receive", kind->name);
		if (memcmp(message.text, &i, sizeof(i)) != 0)
			errx(1, "%s: message %u is not the one sent",
			     kind->name, i);
	}
}

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double
used(int who)
{
	struct rusage usage;

	getrusage(who, &usage);
	return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

static void
run(const struct kind *kind, int cores, uint32_t count)
{
	struct timespec start, end;
	int status;
	pid_t child;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		err(1, "mmap");
	if (kind->send == the_queue_send &&
	    (queue_init(&shared->queue, 1) == -1 ||
	     queue_join(&shared->queue, 1, 0) == -1))
		err(1, "queue_init");
	clock_gettime(CLOCK_MONOTONIC, &start);
	child = fork();
	if (child == -1)
		err(1, "fork");
	pin(child == 0 ? cores - 1 : 0);
	if (child == 0) {
		produce(kind, count);
		_exit(0);
	}
	alarm(120);
	consume(kind, count);
	if (waitpid(child, &status, 0) == -1 || status != 0)
		errx(1, "%s: the producer has failed", kind->name);
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%s %.1f %.1f\n", kind->name,
	       ((double)(end.tv_sec - start.tv_sec) * 1e9 +
		(double)(end.tv_nsec - start.tv_nsec)) /
		   count,
	       (used(RUSAGE_SELF) + used(RUSAGE_CHILDREN)) * 1e9 / count);
}

int
main(int argc, char *argv[])
{
	int cores = 1, option;
	uint32_t count = 200000;

	while ((option = getopt(argc, argv, "2n:")) != -1) {
		if (option == '2')
			cores = 2;
		else if (option == 'n')
			count = (uint32_t)atol(optarg);
		else
			return 2;
	}
	for (size_t i = 0; optind < argc && i < sizeof(kinds) / sizeof(*kinds);
	     i++) {
		if (strcmp(kinds[i].name, argv[optind]) == 0) {
			run(&kinds[i], cores, count);
			return 0;
		}
	}
	fprintf(stderr, "usage: rings [-2] [-n MESSAGES] bare|ring|queue\n");
	return 2;
}
