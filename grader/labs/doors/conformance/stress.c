/*
 * Doors under load, and under fire. TIMES says how often (20 unless said).
 *
 *	stress crowd		64 threads in 8 processes call one door at once
 *	stress client		a client is killed while it calls, TIMES times
 *	stress server		the server is killed while it serves, TIMES times
 *	stress forks		a caller forks, and both call, TIMES times
 *	stress attaching	a server is killed inside fattach, TIMES times
 *	stress threads		50 threads in each of 10 children of a caller
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stropts.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

#define PROCESSES 8
#define THREADS	  8

static int
times(void)
{
	const char *text = getenv("TIMES");

	return text == NULL ? 20 : atoi(text);
}

// The sum of the bytes, and they themselves backwards.
static void
work(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	(void)cookie;
	(void)dp;
	(void)n;
	for (size_t i = 0; i < size / 2; i++) {
		char c = argp[i];

		argp[i] = argp[size - 1 - i];
		argp[size - 1 - i] = c;
	}
	door_return(argp, size, NULL, 0);
}

static int crowd_door;

static void *
call_often(void *number)
{
	unsigned seed = (unsigned)(uintptr_t)number;
	static __thread char data[40000], rbuf[40000];

	for (int i = 0; i < 20 * times(); i++) {
		size_t size = (size_t)rand_r(&seed) % 200;
		door_arg_t arg = { .data_ptr = data,
				   .rbuf = rbuf,
				   .rsize = 100 };

		if (i % 16 == 0)
			size = (size_t)rand_r(&seed) % sizeof(data);
		arg.data_size = size;
		for (size_t k = 0; k < size; k++)
			data[k] = (char)rand_r(&seed);
		CHECK(door_call(crowd_door, &arg) == 0);
		CHECK(arg.data_size == size);
		for (size_t k = 0; k < size; k++)
			CHECK(arg.data_ptr[k] == data[size - 1 - k]);
		if (arg.rbuf != rbuf)
			CHECK(munmap(arg.rbuf, arg.rsize) == 0);
	}
	return NULL;
}

static void
crowd(void)
{
	pid_t child[PROCESSES];

	crowd_door = door_create(work, NULL, 0);
	for (int i = 0; i < PROCESSES; i++) {
		child[i] = fork();
		CHECK(child[i] != -1);
		if (child[i] == 0) {
			pthread_t thread[THREADS];

			for (uintptr_t k = 0; k < THREADS; k++)
				CHECK(
				    pthread_create(&thread[k], NULL, call_often,
						   (void *)(i * 100 + k)) == 0);
			for (int k = 0; k < THREADS; k++)
				CHECK(pthread_join(thread[k], NULL) == 0);
			_exit(0);
		}
	}
	for (int i = 0; i < PROCESSES; i++)
		reap(child[i]);
}

// Sleeps for up to a millisecond, so that the end comes at every stage.
static void
moment(unsigned *seed)
{
	struct timespec t = { .tv_nsec = rand_r(seed) % 1000000 };

	nanosleep(&t, NULL);
}

static void
dawdle(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	unsigned seed = (unsigned)time(NULL);

	(void)cookie;
	(void)dp;
	(void)n;
	if (size > 0)
		moment(&seed);
	door_return(argp, size, NULL, 0);
}

static void
client(void)
{
	int door = door_create(dawdle, NULL, 0), before = 0;
	unsigned seed = 1;

	for (int i = 0; i < times(); i++) {
		pid_t child = fork();

		if (child == 0) {
			char byte = 0;
			door_arg_t arg = { .data_ptr = &byte,
					   .data_size = 1,
					   .rbuf = &byte,
					   .rsize = 1 };

			for (;;)
				CHECK(door_call(door, &arg) == 0);
		}
		moment(&seed);
		end_child(child);
		// The server still serves, with all its threads.
		CHECK(door_call(door, NULL) == 0);
		if (i == 10)
			before = count_descriptors();
	}
	for (int i = 0; i < 200 && count_descriptors() > before + 2; i++)
		usleep(10000);
	CHECK(times() < 12 || count_descriptors() <= before + 2);
}

static _Atomic int *progress; // calls that have come back

static void
server(void)
{
	unsigned seed = 1;

	progress = mmap(NULL, sizeof(*progress), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(progress != MAP_FAILED);
	for (int i = 0; i < times(); i++) {
		pid_t server_pid = start_server(dawdle, 0, "path"), child;
		int door = open("path", O_RDONLY);

		CHECK(door != -1);
		child = fork();
		if (child == 0) {
			char byte = 0;
			door_arg_t arg = { .data_ptr = &byte,
					   .data_size = 1,
					   .rbuf = &byte,
					   .rsize = 1 };

			while (door_call(door, &arg) == 0)
				(*progress)++;
			// In its hands, or just before or after.
			CHECK(errno == EINTR || errno == EBADF);
			CHECK_FAILS(door_call(door, &arg), EBADF);
			_exit(0);
		}
		moment(&seed);
		end_child(server_pid);
		reap(child);
		CHECK(close(door) == 0);
	}
}

static void
call_in_child(int door, long number)
{
	for (long i = 0; i < 50; i++) {
		long value = number * 1000 + i, got = 0;
		door_arg_t arg = { .data_ptr = (char *)&value,
				   .data_size = sizeof(value),
				   .rbuf = (char *)&got,
				   .rsize = sizeof(got) };
		char *bytes = (char *)&got;

		CHECK(door_call(door, &arg) == 0);
		for (size_t k = 0; k < sizeof(got); k++)
			CHECK(bytes[k] ==
			      ((char *)&value)[sizeof(got) - 1 - k]);
	}
}

static void
forks(void)
{
	pid_t server_pid = start_server(work, 0, "path");
	int door = open("path", O_RDONLY);

	CHECK(door_call(door, NULL) == 0);
	for (int i = 0; i < times(); i++) {
		pid_t child = fork();

		CHECK(child != -1);
		call_in_child(door, 2 * i + (child == 0));
		if (child == 0)
			_exit(0);
		reap(child);
	}
	end_child(server_pid);
}

static void
make_empty(const char *path)
{
	int file = open(path, O_WRONLY | O_CREAT, 0600);

	CHECK(file != -1 && close(file) == 0);
}

static void
attaching(void)
{
	unsigned seed = 1;

	make_empty("path");
	make_empty("beside");
	for (int i = 0; i < times(); i++) {
		pid_t child = fork();

		if (child == 0) {
			int door = door_create(work, NULL, 0);

			for (;;) {
				CHECK(fattach(door, "path") == 0);
				CHECK(fdetach("path") == 0);
			}
		}
		for (int k = rand_r(&seed) % 8; k >= 0; k--)
			moment(&seed);
		end_child(child);
		child = fork();
		if (child == 0) {
			int door = door_create(work, NULL, 0);

			CHECK(fattach(door, "beside") == 0);
			CHECK(fdetach("beside") == 0);
			_exit(0);
		}
		reap(child);
	}
}

static void
threads(void)
{
	pid_t server_pid = start_server(work, 0, "path"), child[10];
	pthread_t thread[50];

	crowd_door = open("path", O_RDONLY);
	CHECK(door_call(crowd_door, NULL) == 0);
	for (uintptr_t i = 0; i < 10; i++) {
		child[i] = fork();
		if (child[i] != 0)
			continue;
		for (uintptr_t k = 0; k < 50; k++)
			CHECK(pthread_create(&thread[k], NULL, call_often,
					     (void *)(i * 100 + k)) == 0);
		for (int k = 0; k < 50; k++)
			CHECK(pthread_join(thread[k], NULL) == 0);
		_exit(0);
	}
	for (int i = 0; i < 10; i++)
		reap(child[i]);
	end_child(server_pid);
}

const struct test tests[] = {
	{ "crowd", crowd }, { "client", client },	{ "server", server },
	{ "forks", forks }, { "attaching", attaching }, { "threads", threads },
	{ NULL, NULL }
};
